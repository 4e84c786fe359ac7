import { createHash } from 'node:crypto';

const MARK_LENGTH = 8;

/**
 * What a link of a list or a delta means, all of it inside the link, so that links outlive the process. `purpose` goes into
 * the mark in front, by which a token of another purpose, or one that was cut or made up, is told from this emulator's.
 */
export function encodeLinkToken(purpose: string, token: object): string {
  const body = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${markOf(purpose, body)}${body}`;
}

/** Undefined for what is no token of this purpose. */
export function decodeLinkToken(purpose: string, text: string): object | undefined {
  const body = text.slice(MARK_LENGTH);
  if (body === '' || markOf(purpose, body) !== text.slice(0, MARK_LENGTH)) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
}

function markOf(purpose: string, body: string): string {
  return createHash('sha1').update(`${purpose}${body}`).digest('base64url').slice(0, MARK_LENGTH);
}
