import { Type, type Static } from 'typebox';
import { Nullable, StoredDate } from './schema.ts';

/** Groups of a person whose token had no room for them, as Graph told them; forgotten after some minutes. */
export const CallerGroups = Type.Object({
  /** Object id of the person in Entra. */
  _id: Type.String(),
  /** The credential that Graph was asked with. */
  credentialId: Type.String(),
  groupIds: Type.Array(Type.String()),
  /** Why they are not known; null when they are. */
  code: Nullable(Type.String()),
  readAt: StoredDate,
  expiresAt: StoredDate,
});
export type CallerGroups = Static<typeof CallerGroups>;
