import type { Db } from 'mongodb';
import type { Span } from '../contract/span.ts';
import type { Stream } from '../contract/stream.ts';
import { claimable, nobody } from './claims.ts';
import { collectionsOf } from './collections.ts';
import { inTransaction } from './transaction.ts';
import type { SpanStore, TakenSpan } from './types.ts';

function newSpans(stream: Stream, { from, bounds }: { from: Date | null; bounds: readonly Date[] }): Span[] {
  const { _id: streamId, sourceId, mailboxId, generation } = stream;
  const starts = [from, ...bounds];
  return starts.map((start, index) => ({
    ...{ _id: `${streamId}#${generation}.${index}`, sourceId, mailboxId, streamId, generation },
    ...{ from: start, before: bounds[index] ?? null },
    ...{ lease: 0, sequence: 0, claim: null, list: null, changedAt: null },
  }));
}

/** The parts of giant folders that lanes read side by side. */
export function createSpans(db: Db): SpanStore {
  const { spans, streams } = collectionsOf(db);
  return {
    async divide({ stream, from, bounds }) {
      const { _id, lease, sequence } = stream;
      const divided = newSpans(stream, { from, bounds });
      const set = { spansLeft: divided.length, keysOnly: true, claim: null };
      return inTransaction(db, async (session) => {
        const taken = await streams.updateOne({ _id, lease, sequence }, { $set: set, $inc: { sequence: 1 } }, { session });
        if (taken.matchedCount === 0) return false;
        // What an earlier division of a folder that was given up meanwhile has left.
        await spans.deleteMany({ streamId: _id }, { session });
        await spans.insertMany(divided, { session });
        return true;
      });
    },

    async claim({ stream, pass, lane }): Promise<TakenSpan | null> {
      const { _id: streamId, generation } = stream;
      const span = await spans.findOneAndUpdate(
        { streamId, generation, $or: claimable('claim', { pass, lane }) },
        { $set: { claim: { pass, lane } }, $inc: { lease: 1 } },
        { sort: { _id: 1 }, returnDocument: 'after' },
      );
      if (span === null) return null;
      const { _id: id, from, before, lease, sequence, list } = span;
      return { id, from, before, stream: { ...stream, lease, sequence, list } };
    },

    async fail({ span, pass, code }) {
      await spans.updateOne({ _id: span.id, lease: span.stream.lease }, { $set: { claim: { pass, lane: nobody } } });
      await streams.updateOne({ _id: span.stream._id, generation: span.stream.generation }, { $set: { failure: code } });
    },
  };
}
