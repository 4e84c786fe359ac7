import { describe, expect, it } from 'vitest';
import { htmlToText } from './html-text.ts';

describe('the text of an HTML body', () => {
  it('leaves out what no reader sees', () => {
    const head = '<head><title>Title</title><style>p { color: red }</style><meta charset="utf-8"></head>';
    expect(htmlToText(`<html>${head}<body><script>run()</script><p>Seen</p><template>later</template></body></html>`)).toBe('Seen');
  });

  it('has the words that stand right in the head, as a browser shows them', () => {
    expect(htmlToText('<html><head>Seen after all</head></html>')).toBe('Seen after all');
  });

  it('has the words that stand for an image', () => {
    expect(htmlToText('Before<img src="cid:1" alt="Screenshot &amp; more">after')).toBe('Before Screenshot & more after');
    expect(htmlToText('<div><img alt=""><img></div>')).toBe('');
  });

  it('keeps words of neighbouring blocks and cells apart', () => {
    expect(htmlToText('<div>one</div><div>two</div><table><tr><td>three</td><td>four</td></tr></table>')).toBe('one\n\ntwo\n\nthree four');
  });
});
