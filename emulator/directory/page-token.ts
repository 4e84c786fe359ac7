import { createHash } from 'node:crypto';

const MARK_LENGTH = 8;

/** Everything that a link means is in the link, so that links outlive the process. */
export function encodePageToken(token: object): string {
  const body = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${markOf(body)}${body}`;
}

/** Undefined for what is no token of this emulator's. */
export function decodePageToken(text: string): Readonly<Record<string, unknown>> | undefined {
  const body = text.slice(MARK_LENGTH);
  if (body === '' || markOf(body) !== text.slice(0, MARK_LENGTH)) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
}

function markOf(body: string): string {
  return createHash('sha1').update(`directory ${body}`).digest('base64url').slice(0, MARK_LENGTH);
}
