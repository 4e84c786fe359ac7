import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import type { IdempotentRequest } from '../contract/idempotent-request.ts';
import { collectionsOf } from './collections.ts';
import type { IdempotencyClaim, IdempotencyState, IdempotencyStore } from './idempotency-types.ts';
import { usableSealer, type Sealer } from './sealer.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';

/** How long a key is remembered; the TTL index tidies a while later. */
export const idempotencySeconds = 86_400;
/** Longer than any request is worked on: whoever claimed it before that has died. */
const longestWorkMs = 120_000;

/** Requests by their Idempotency-Key, per caller. Bodies are compared by a keyed hash, and none is stored. */
export function createIdempotency(db: Db, sealer: Sealer | null): IdempotencyStore {
  const { idempotency } = collectionsOf(db);

  async function insert(record: IdempotentRequest): Promise<boolean> {
    try {
      await idempotency.insertOne(record);
      return true;
    } catch (error) {
      if (serverCodeOf(error) === serverCodes.duplicateKey) return false;
      throw error;
    }
  }

  /** What an earlier request of this key means for this one; null when it has just gone or changed. */
  async function meet(id: string, claim: IdempotencyClaim): Promise<IdempotencyState | null> {
    const found = await idempotency.findOne({ _id: id });
    if (found === null) return null;
    if (claim.at.getTime() - found.createdAt.getTime() >= idempotencySeconds * 1000) {
      await idempotency.deleteOne({ _id: id, createdAt: found.createdAt });
      return null;
    }
    if (!(await usableSealer(sealer).fits(claim.text, found.fingerprint))) return { is: 'different' };
    if (found.answer !== null) return { is: 'answered', answer: found.answer };
    if (claim.at.getTime() - found.claim.at.getTime() < longestWorkMs) return { is: 'working' };
    const taken = await idempotency.updateOne(
      { _id: id, 'claim.requestId': found.claim.requestId, answer: null },
      { $set: { claim: { requestId: claim.requestId, at: claim.at } } },
    );
    return taken.matchedCount === 1 ? { is: 'claimed', id, resourceId: found.resourceId, again: true } : null;
  }

  return {
    async claim(claim) {
      const { callerId, key, text, requestId, resourceId, at } = claim;
      const id = `${callerId}:${createHash('sha256').update(key).digest('base64url')}`;
      const fingerprint = await usableSealer(sealer).fingerprint(text);
      const record = { _id: id, fingerprint, resourceId, claim: { requestId, at }, createdAt: at, answer: null };
      for (;;) {
        if (await insert(record)) return { is: 'claimed', id, resourceId, again: false };
        const met = await meet(id, claim);
        if (met !== null) return met;
      }
    },

    async answer({ id, requestId, answer }) {
      await idempotency.updateOne({ _id: id, 'claim.requestId': requestId }, { $set: { answer } });
    },

    async release({ id, requestId }) {
      await idempotency.deleteOne({ _id: id, 'claim.requestId': requestId, answer: null });
    },
  };
}
