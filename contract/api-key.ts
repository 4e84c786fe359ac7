import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

/** admin: datasets, credentials and all below · operator: sources and crawls, never documents · reader: documents of its groups. */
export const roles = ['admin', 'operator', 'reader'] as const;
export type Role = (typeof roles)[number];

export const ApiKey = Type.Object({
  _id: Type.String(),
  name: Type.String(),
  role: Words(roles),
  /** Security groups that the key's holder is in: they decide which datasets' documents it sees. */
  groupIds: Type.Array(Type.String()),
  /** SHA-256 of the key, in hex; the key itself is shown once and never stored. */
  sha256: Type.String(),
  createdAt: StoredDate,
  expiresAt: Nullable(StoredDate),
  lastUsedAt: Nullable(StoredDate),
});
export type ApiKey = Static<typeof ApiKey>;
