import { Parser } from 'htmlparser2';
import type { TextSink } from '../text-sink.ts';

const breaking = new Set(
  'p div br tr li table ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre hr section article header footer option title'.split(' '),
);
const unseen = new Set(['script', 'style', 'template']);

/** Writes the readable words of HTML: a streaming parse, so that deep nesting costs nothing. A page's title is among them. */
export function writeHtml(html: string, sink: TextSink): void {
  let hidden = 0;
  const parser = new Parser({
    onopentag(name, { alt = '' }) {
      if (unseen.has(name)) hidden += 1;
      else if (breaking.has(name)) sink.add('\n');
      else if (name === 'td' || name === 'th') sink.add('\t');
      else if (name === 'img' && alt !== '' && hidden === 0) sink.add(` ${alt} `);
    },
    onclosetag(name) {
      if (unseen.has(name)) hidden = Math.max(0, hidden - 1);
      else if (breaking.has(name)) sink.add('\n');
    },
    ontext(text) {
      if (hidden === 0) sink.add(text);
    },
  });
  const step = 65_536;
  for (let at = 0; at < html.length && !sink.full; at += step) parser.write(html.slice(at, at + step));
  parser.end();
}
