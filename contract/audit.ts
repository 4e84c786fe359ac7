import { Type, type Static } from 'typebox';
import { Nullable, StoredDate } from './schema.ts';

/** Who did what to which, and what came of it; never what was said in it: no body, query, address or search word. */
export const AuditEntry = Type.Object({
  /** The id of the request, which its log lines carry too; sorts by time. */
  _id: Type.String(),
  at: StoredDate,
  /** The name as it was then: a key may be removed or another one be called so later. */
  caller: Type.Object({ keyId: Type.String(), name: Type.String() }),
  method: Type.String(),
  /** The pattern of the route, such as `/v1/sources/:id`. */
  route: Type.String(),
  /** Ids of the path, of what was made, and of what else the request concerned. */
  subjectIds: Type.Array(Type.String()),
  createdId: Nullable(Type.String()),
  /** Null until the answer is known, and for good when it never was written down. */
  status: Nullable(Type.Integer()),
});
export type AuditEntry = Static<typeof AuditEntry>;
