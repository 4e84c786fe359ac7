import type { Db, Filter } from 'mongodb';
import { streamKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import { claimable, nobody } from './claims.ts';
import { collectionsOf } from './collections.ts';
import { writeListedFolders } from './page-folders.ts';
import { raiseLeases } from './leases.ts';
import { clearDoubted, clearStray, countShown } from './list-walks.ts';
import { clearSlots } from './slot-clearing.ts';
import { newStream, revived, takeStreamNumbers } from './stream-records.ts';
import { followPath, setTree } from './stream-paths.ts';
import { inTransaction } from './transaction.ts';
import type { CalendarFound, ClaimQuery, MailboxAt, StreamStore } from './types.ts';

/** The streams of mailboxes: who walks them, how far, and in which generation. */
export function createStreams(db: Db): StreamStore {
  const { skips, streams } = collectionsOf(db);
  const held = (stream: Stream) => ({ _id: stream._id, lease: stream.lease, sequence: stream.sequence });

  return {
    list: async ({ sourceId, mailboxId }) => streams.find({ sourceId, mailboxId }).sort({ kind: 1, number: 1 }).toArray(),
    takeFolders: async (at) => takeFolders(db, at),
    setTree: async (change) => setTree(db, change),
    setFolders: async (change) => writeListedFolders(db, change),
    setCalendars: async (change) => setCalendars(db, change),
    claimNext: async (query) => claimNext(db, query),

    async restart(stream, reason, { keysOnly } = { keysOnly: false }) {
      const cursor = { at: 'start' as const, link: null };
      const begun = { cursor, method: 'delta' as const, methodReason: reason, keysOnly, list: null };
      // What its spans had left, the new generation reads.
      const undivided = (stream.spansLeft ?? 0) > 0 ? { spansLeft: 0 } : {};
      const update = { $set: { ...begun, ...undivided }, $inc: { generation: 1, sequence: 1 } };
      return streams.findOneAndUpdate(held(stream), update, { returnDocument: 'after' });
    },

    async fail({ stream, pass, code }) {
      await streams.updateOne({ _id: stream._id, lease: stream.lease }, { $set: { failure: code, claim: { pass, lane: nobody } } });
    },

    async end({ stream, asOf }) {
      // First no lane can show anything in it any more, then its slots go, and only then is it marked: each step may be repeated.
      await raiseLeases(db, { streamId: stream._id });
      await clearSlots(db, { stream, asOf });
      await skips.updateMany({ streamId: stream._id, state: 'open' }, { $set: { state: 'gone' } });
      await streams.updateOne({ _id: stream._id }, { $set: { endedAt: asOf, claim: null } });
    },

    raiseLeases: async ({ sourceId, mailboxId }) => raiseLeases(db, { sourceId, mailboxId }),

    async readByList({ stream: { _id, lease }, reason, at }) {
      const set = {
        method: 'list' as const,
        methodReason: reason,
        deltaTriedAt: at,
        list: null,
        cursor: { at: 'start' as const, link: null },
      };
      return streams.findOneAndUpdate({ _id, lease }, { $set: set, $inc: { sequence: 1 } }, { returnDocument: 'after' });
    },

    async noteDeltaTried({ stream: { _id, lease }, at }) {
      await streams.updateOne({ _id, lease }, { $set: { deltaTriedAt: at } });
    },

    clearDoubted: async (change) => clearDoubted(db, change),
    clearStray: async (change) => clearStray(db, change),

    async setReceivedFrom({ streamId, receivedFrom }) {
      await streams.updateOne({ _id: streamId }, { $set: { receivedFrom } });
    },

    async setCounts({ streamId, counts }) {
      await streams.updateOne({ _id: streamId }, { $set: { counts } });
    },

    countShown: async (at) => countShown(db, at),
  };
}

async function claimNext(
  db: Db,
  { sourceId, mailboxId, pass, lane, except = [], exceptEmptyOf = null }: ClaimQuery,
): Promise<Stream | null> {
  const filter: Filter<Stream> = {
    sourceId,
    mailboxId,
    kind: { $in: ['messages', 'calendar'] },
    crawled: true,
    endedAt: null,
    readInPass: { $lt: pass },
    ...(except.length === 0 ? {} : { _id: { $nin: [...except] } }),
    ...(exceptEmptyOf === null
      ? {}
      : { $nor: [{ restGeneration: 0, 'cursor.at': 'start', 'folder.items': 0, 'folder.itemsToldIn': exceptEmptyOf }] }),
    $or: [{ spansLeft: { $gt: 0 } }, ...claimable('claim', { pass, lane })],
  };
  const update = { $set: { claim: { pass, lane } }, $inc: { lease: 1 } };
  return collectionsOf(db).streams.findOneAndUpdate(filter, update, { sort: { 'folder.items': -1, number: 1 }, returnDocument: 'after' });
}

async function takeFolders(db: Db, at: MailboxAt): Promise<Stream> {
  const { sourceId, mailboxId } = at;
  const { streams } = collectionsOf(db);
  const identity = { sourceId, mailboxId, kind: 'folders' as const, graphId: 'tree' };
  const take = async () => streams.findOneAndUpdate({ _id: streamKey(identity) }, { $inc: { lease: 1 } }, { returnDocument: 'after' });
  const taken = await take();
  if (taken !== null) return taken;
  await inTransaction(db, async (session) => {
    if ((await streams.findOne({ _id: streamKey(identity) }, { session })) !== null) return;
    const number = await takeStreamNumbers(db, session, { sourceId, mailboxId, count: 1 });
    await streams.insertOne(newStream({ ...identity, number, path: '', folder: null, crawled: true }), { session });
  });
  return takeFolders(db, at);
}

async function setCalendars(db: Db, change: MailboxAt & { calendars: CalendarFound[] }): Promise<{ unlisted: Stream[] }> {
  const { sourceId, mailboxId } = change;
  const { streams } = collectionsOf(db);
  const known = await streams.find({ sourceId, mailboxId, kind: 'calendar' }).toArray();
  const byId = new Map(known.map((stream) => [stream.graphId, stream]));
  const listed = new Map(change.calendars.map((calendar) => [calendar.graphId, calendar]));
  const added = [...listed.values()].filter((calendar) => !byId.has(calendar.graphId));
  for (const { graphId, name } of listed.values()) {
    const stream = byId.get(graphId);
    if (stream === undefined) continue;
    if (stream.endedAt !== null) await streams.updateOne({ _id: stream._id, endedAt: { $ne: null } }, revived());
    if (stream.path !== name) await followPath(db, { stream, path: name, crawled: true });
  }
  if (added.length > 0) await addCalendars(db, change, added);
  return { unlisted: known.filter((stream) => stream.endedAt === null && !listed.has(stream.graphId)) };
}

async function addCalendars(db: Db, { sourceId, mailboxId }: MailboxAt, added: CalendarFound[]): Promise<void> {
  const { streams } = collectionsOf(db);
  await inTransaction(db, async (session) => {
    const first = await takeStreamNumbers(db, session, { sourceId, mailboxId, count: added.length });
    const made = added.map(({ graphId, name }, index) =>
      newStream({ sourceId, mailboxId, kind: 'calendar', graphId, number: first + index, path: name, folder: null, crawled: true }),
    );
    await streams.insertMany(made, { session });
  });
}
