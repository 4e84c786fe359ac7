import type { Db } from 'mongodb';
import type { TestPurpose } from '../contract/connection-test-record.ts';
import { collectionsOf } from './collections.ts';
import type { ConnectionTestStore } from './types.ts';

/** Longer than a test takes; long enough to page through a preview. MongoDB looks for what has expired once a minute. */
const keptForMs: Record<TestPurpose, number> = { test: 5 * 60_000, preview: 60 * 60_000 };
const writtenAtOnce = 1_000;

const keyOf = (id: string, mailboxId: string) => `${id}:${mailboxId}`;

/** Tests of connections under way, and previews: what travels between API and worker, so that no history holds it. */
export function createConnectionTests(db: Db): ConnectionTestStore {
  const { connectionTests, previewMailboxes } = collectionsOf(db);
  return {
    async open(test) {
      const record = { ...test, report: null, expiresAt: new Date(Date.now() + keptForMs[test.purpose]) };
      await connectionTests.insertOne(record);
      return record;
    },
    get: (id) => connectionTests.findOne({ _id: id }),
    keepReport: async ({ id, report }) => void (await connectionTests.updateOne({ _id: id }, { $set: { report } })),

    async keepMailboxes({ id, mailboxes }) {
      const test = await connectionTests.findOne({ _id: id }, { projection: { expiresAt: 1 } });
      if (test === null) return;
      await previewMailboxes.deleteMany({ testId: id });
      for (let from = 0; from < mailboxes.length; from += writtenAtOnce) {
        const some = mailboxes.slice(from, from + writtenAtOnce);
        const rows = some.map((one) => ({ _id: keyOf(id, one.mailboxId), testId: id, ...one, expiresAt: test.expiresAt }));
        await previewMailboxes.insertMany(rows, { ordered: false });
      }
    },

    listMailboxes: ({ id, after, limit }) =>
      previewMailboxes
        .find({ testId: id, _id: { $gt: keyOf(id, after ?? '') } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),

    async remove(id) {
      await connectionTests.deleteOne({ _id: id });
      await previewMailboxes.deleteMany({ testId: id });
    },
  };
}
