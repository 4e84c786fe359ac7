import { textParts } from '../data/text-parts.ts';

/** RFC 2047 words of at most 75 characters, never splitting a character; plain text stays, quoted where it must be. */
export function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return /^[\w .'-]*$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  return textParts(text, 42)
    .map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`)
    .join(' ');
}
