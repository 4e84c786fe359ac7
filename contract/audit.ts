import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

/** apiKey: by its id and name · user: somebody by object id in Entra · temporal: whoever commanded a crawl there, by the identity that Temporal was told · trawl: nobody but itself. */
export const callerKinds = ['apiKey', 'user', 'temporal', 'trawl'] as const;
export type CallerKind = (typeof callerKinds)[number];

/** Who did what to which, and what came of it; never what was said in it: no body, query, address or search word. */
export const AuditEntry = Type.Object({
  /** The id of the request, which its log lines carry too, or one made of the event in Temporal's history; sorts by time. */
  _id: Type.String(),
  at: StoredDate,
  /** The name as it was then: a key may be removed or another one be called so later. */
  caller: Type.Object({ kind: Words(callerKinds), id: Type.String(), name: Type.String() }),
  /** Of the request; of what was done in Temporal UPDATE, SIGNAL, CANCEL, TERMINATE or RESET. */
  method: Type.String(),
  /** The pattern of the route, such as `/v1/sources/:id`; of what was done in Temporal the name of the update or signal. */
  route: Type.String(),
  /** Ids of the path, of what was made, and of what else the request concerned. */
  subjectIds: Type.Array(Type.String()),
  createdId: Nullable(Type.String()),
  /** Null until the answer is known, and for good when it never was written down. */
  status: Nullable(Type.Integer()),
});
export type AuditEntry = Static<typeof AuditEntry>;
