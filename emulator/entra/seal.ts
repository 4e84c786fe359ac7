import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What a text was sealed for; one kind does not open as another. */
export type SealPurpose = 'code' | 'refresh' | 'session' | 'request';

/** An opaque text that holds all that it means, so that it outlives a restart: AES-256-GCM over JSON. */
export function seal(purpose: SealPurpose, value: object, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return `1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
}

/** Undefined for whatever was not sealed here for this purpose. */
export function unseal<T>(purpose: SealPurpose, text: string, key: Buffer): T | undefined {
  const bytes = Buffer.from(text.startsWith('1.') ? text.slice(2) : '', 'base64url');
  if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(purpose))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const body = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(body.toString('utf8')) as T;
  } catch {
    return undefined;
  }
}
