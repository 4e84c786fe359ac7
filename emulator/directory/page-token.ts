import { decodeLinkToken, encodeLinkToken } from '../http/link-token.ts';

const PURPOSE = 'directory ';

export function encodePageToken(token: object): string {
  return encodeLinkToken(PURPOSE, token);
}

/** Undefined for what is no token of the directory's. */
export function decodePageToken(text: string): Readonly<Record<string, unknown>> | undefined {
  return decodeLinkToken(PURPOSE, text) as Readonly<Record<string, unknown>> | undefined;
}
