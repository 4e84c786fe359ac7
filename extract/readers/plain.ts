import { decodeText } from '../format/decode-text.ts';
import { writeHtml } from '../format/write-html.ts';
import { broken } from '../reading-error.ts';
import type { Reader } from './reader.ts';

/** What a content type says of its charset. */
export const charsetOf = (contentType: string | null): string | null => /charset\s*=\s*"?([\w:.-]+)/i.exec(contentType ?? '')?.[1] ?? null;

/** What a page says of its own charset, near its begin (html.spec.whatwg.org, "prescan a byte stream"). */
const charsetOfHtml = (bytes: Uint8Array): string | null =>
  /<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?([\w:.-]+)/i.exec(Buffer.from(bytes.subarray(0, 65_536)).toString('latin1'))?.[1] ??
  null;

export const readText: Reader = ({ bytes, contentType }, { sink }) => {
  const text = decodeText(bytes, charsetOf(contentType));
  if (text === null) throw broken('The file is said to be text and is not');
  sink.add(text);
};

/** Words of HTML and of XML that nothing more is known of. */
export const readHtml: Reader = ({ bytes, contentType }, { sink }) => {
  const text = decodeText(bytes, charsetOfHtml(bytes) ?? charsetOf(contentType));
  if (text === null) throw broken('The page is not text');
  writeHtml(text, sink);
};
