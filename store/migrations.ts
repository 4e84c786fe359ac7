import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { newMailboxKind } from '../contract/mailbox-class.ts';
import { defaultPolicy } from '../contract/policy.ts';
import { groupIdPattern, sampleGroupId } from '../contract/security-group.ts';
import { noNarrowing } from '../contract/source.ts';
import { collectionsOf, type StoreCollections } from './collections.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';

/** A change of what is stored already. `run` must be harmless when it is repeated: a crash may come before its record. */
export interface Migration {
  /** Fixed for good; migrations run in ascending order. */
  number: number;
  title: string;
  run(db: Db): Promise<void>;
}

export const migrations: readonly Migration[] = [
  {
    number: 1,
    title: 'Sources have a narrowing, a policy and a revision of both',
    async run(db) {
      const set = { narrowing: noNarrowing, policy: defaultPolicy, scopeRevision: 1 };
      await collectionsOf(db).sources.updateMany({ policy: { $exists: false } }, { $set: set });
    },
  },
  {
    number: 20,
    title: 'Mailboxes have a class, notes, and counts of the folders that are not read',
    async run(db) {
      const update = { $set: newMailboxKind, $unset: { hiddenFolders: true as const } };
      await db.collection('mailboxes').updateMany({ class: { $exists: false } }, update);
    },
  },
  {
    number: 40,
    title: 'Folders are read again, since more of each message is kept than before',
    async run(db) {
      // A deltaLink holds the selection that it was begun with (learn.microsoft.com/graph/api/message-delta).
      const read = { kind: 'messages' as const, sequence: { $gt: 0 }, endedAt: null };
      const anew = { $set: { cursor: { at: 'start' as const, link: null }, claim: null }, $inc: { generation: 1, sequence: 1, lease: 1 } };
      await collectionsOf(db).streams.updateMany(read, anew);
    },
  },
  {
    number: 60,
    title: 'Attachments are read again, for their words',
    async run(db) {
      const read = { 'attachments.due': false, removal: null };
      await collectionsOf(db).documents.updateMany(read, { $set: { 'attachments.due': true, 'attachments.tries': 0 } });
    },
  },
  {
    number: 86,
    title: 'Sources, datasets and credentials count their changes',
    async run(db) {
      const uncounted = { recordRevision: { $exists: false } };
      for (const name of ['sources', 'datasets', 'credentials']) {
        await db.collection(name).updateMany(uncounted, { $set: { recordRevision: 1 } });
      }
    },
  },
  {
    number: 88,
    title: 'Groups of datasets have room for a name, and ids are compared in small letters',
    async run(db) {
      const datasets = db.collection<{ _id: string; groupIds: string[] }>('datasets');
      for await (const { _id, groupIds } of datasets.find({ groupIds: { $exists: true } })) {
        const groups = canonicalIds(groupIds).map((id) => ({ id }));
        await datasets.updateOne({ _id }, { $set: { groups }, $unset: { groupIds: true } });
      }
      const { apiKeys } = collectionsOf(db);
      for await (const { _id, groupIds } of apiKeys.find()) {
        await apiKeys.updateOne({ _id }, { $set: { groupIds: canonicalIds(groupIds) } });
      }
    },
  },
  {
    number: 92,
    title: 'Audit entries tell the kind of their caller',
    async run(db) {
      const before = { 'caller.keyId': { $exists: true } };
      const caller = { kind: 'apiKey', id: '$caller.keyId', name: '$caller.name' };
      await db.collection('audit').updateMany(before, [{ $replaceWith: { $mergeObjects: ['$$ROOT', { caller }] } }]);
    },
  },
  {
    number: 94,
    title: 'Credentials say by what they sign in, and when that ends',
    async run(db) {
      const byBefore = { kind: 'secret' as const, certificate: null, tokenFile: null, expiresAt: null };
      await collectionsOf(db).credentials.updateMany({ kind: { $exists: false } }, { $set: byBefore });
    },
  },
  {
    number: 120,
    title: 'Lists of documents are read from search, whose entries are made anew with what they are sorted and filtered by',
    async run(db) {
      const { documents } = collectionsOf(db);
      for (const name of ['ofDataset', 'received', 'starting']) await dropIndex(documents, name);
      await documents.updateMany({ removal: null, indexDueAt: null }, { $set: { indexDueAt: new Date() } });
    },
  },
];

async function dropIndex(collection: Pick<StoreCollections['documents'], 'dropIndex'>, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if (serverCodeOf(error) !== serverCodes.indexNotFound) throw error;
  }
}

/** Before groups had to be object ids, the sample's had a name. Other names stay: keys and datasets that share one still do. */
function canonicalIds(ids: readonly string[]): string[] {
  const objectId = new RegExp(groupIdPattern);
  const renamed = ids.map((id) => (id === 'trawl-sample-group' ? sampleGroupId : id));
  return [...new Set(renamed.map((id) => (objectId.test(id) ? id.toLowerCase() : id)))];
}

const lockMs = 60_000;
const lockId = 'migrations';

/**
 * Runs each migration that is not recorded yet, in order, in one process at a time; the others wait for it.
 * Throws what a migration throws: the processes then do not start.
 */
export async function runMigrations(db: Db, all: readonly Migration[]): Promise<void> {
  if (all.length === 0) return;
  const { marks } = collectionsOf(db);
  const holder = randomUUID();
  const ordered = all.toSorted((left, right) => left.number - right.number);
  while (!(await takeLock(marks, holder))) await sleep(200);
  const renewal = setInterval(() => void takeLock(marks, holder).catch(() => undefined), lockMs / 3);
  try {
    for (const migration of ordered) {
      const _id = `migration-${migration.number}`;
      if ((await marks.findOne({ _id })) !== null) continue;
      await migration.run(db);
      await marks.updateOne({ _id }, { $set: { at: new Date() } }, { upsert: true });
    }
  } finally {
    clearInterval(renewal);
    await marks.deleteOne({ _id: lockId, holder });
  }
}

async function takeLock(marks: StoreCollections['marks'], holder: string): Promise<boolean> {
  const now = Date.now();
  try {
    await marks.updateOne(
      { _id: lockId, $or: [{ holder }, { until: { $lt: new Date(now) } }] },
      { $set: { holder, until: new Date(now + lockMs), at: new Date(now) } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (serverCodeOf(error) === serverCodes.duplicateKey) return false;
    throw error;
  }
}
