import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ulid } from 'ulid';
import type { ApiKey, Role } from '../contract/api-key.ts';

const keyPattern = /^trawl_([0-9A-Z]{26})_([A-Za-z0-9_-]{43})$/;

/** The id in a key, or null when the text is no key at all. */
export function keyIdOf(text: string): string | null {
  return keyPattern.exec(text)?.[1] ?? null;
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Whether the text is the key of this record; takes the same time wherever they differ. */
export function keyMatches(text: string, record: Pick<ApiKey, 'sha256'>): boolean {
  return timingSafeEqual(Buffer.from(digest(text), 'hex'), Buffer.from(record.sha256, 'hex'));
}

/** A new key: the text to show once, and the record to keep. */
export function mintKey(given: { name: string; role: Role; groupIds: string[]; expiresAt: Date | null; now: Date }): {
  text: string;
  record: ApiKey;
} {
  const id = ulid(given.now.getTime());
  const text = `trawl_${id}_${randomBytes(32).toString('base64url')}`;
  const record: ApiKey = {
    _id: id,
    name: given.name,
    role: given.role,
    groupIds: given.groupIds,
    sha256: digest(text),
    createdAt: given.now,
    expiresAt: given.expiresAt,
    lastUsedAt: null,
  };
  return { text, record };
}
