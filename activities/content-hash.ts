import { hash } from 'node:crypto';

/** SHA-256 over a value's JSON, in hex: tells whether content changed without keeping it twice. */
export function contentHash(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'hex');
}
