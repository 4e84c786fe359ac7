import { Type, type Static } from 'typebox';
import { StoredDate } from './schema.ts';

/** A key that seals secrets, wrapped by a key of Azure Key Vault: of no use to whoever may not ask the vault. */
export const DataKey = Type.Object({
  /** Stands as `kid` in what it has sealed. */
  _id: Type.String(),
  /** The version of the vault's key that has wrapped it, by its address. */
  vaultKeyId: Type.String({ maxLength: 500 }),
  /** In base64url. */
  wrapped: Type.String({ maxLength: 2000 }),
  createdAt: StoredDate,
});
export type DataKey = Static<typeof DataKey>;
