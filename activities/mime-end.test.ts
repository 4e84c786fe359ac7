import { describe, expect, it } from 'vitest';
import { watchMimeEnd } from './mime-end.ts';

const mail = (type: string, ...rest: string[]) => ['Subject: x', `Content-Type: ${type}`, '', ...rest, ''].join('\r\n');

/** Given in pieces, as it comes. */
function isWhole(text: string, pieceBytes = 7): boolean {
  const end = watchMimeEnd();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) end.add(bytes.subarray(at, at + pieceBytes));
  return end.isWhole();
}

describe('the end of a MIME form', () => {
  it.each([
    ['in one part', mail('text/plain', 'Words')],
    ['in parts', mail('multipart/mixed; boundary="a b"', '--a b', '', 'Words', '--a b--')],
    ['in parts, with a folded boundary', mail('multipart/mixed;\r\n\tboundary=b_1', '--b_1', '', 'Words', '--b_1--')],
    ['in parts, with something behind them', mail('multipart/signed; micalg=x; boundary=b', '--b--', 'epilogue')],
    ['that is large', mail('multipart/mixed; boundary=b', 'x'.repeat(200_000), '--b--')],
  ])('is there for one %s', (_what, text) => {
    expect(isWhole(text)).toBe(true);
    expect(isWhole(text, 100_000)).toBe(true);
  });

  it('is missed where the last boundary does not come', () => {
    expect(isWhole(mail('multipart/mixed; boundary=b', '--b', '', 'Words', '--b'))).toBe(false);
    expect(isWhole(mail('multipart/mixed; boundary=b', '--b', '', 'x'.repeat(200_000)), 100_000)).toBe(false);
  });
});
