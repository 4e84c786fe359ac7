import { Type, type Static } from 'typebox';
import { Nullable, StoredDate } from './schema.ts';

/** The first answer to a request; holds no secret, since no answer that is kept does. */
export const KeptAnswer = Type.Object({ status: Type.Integer(), location: Nullable(Type.String()), body: Type.String() });
export type KeptAnswer = Static<typeof KeptAnswer>;

/** A request with an Idempotency-Key, so that its repeat makes nothing twice. */
export const IdempotentRequest = Type.Object({
  /** `<caller>:<digest of the key>` */
  _id: Type.String(),
  /** Keyed hash of route and body: a body may hold a secret. */
  fingerprint: Type.String(),
  /** The id of what is made, whichever try makes it. */
  resourceId: Type.String(),
  /** The request that works on it, and since when. */
  claim: Type.Object({ requestId: Type.String(), at: StoredDate }),
  createdAt: StoredDate,
  answer: Nullable(KeptAnswer),
});
export type IdempotentRequest = Static<typeof IdempotentRequest>;
