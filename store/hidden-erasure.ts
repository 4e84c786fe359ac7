import type { ClientSession, Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { createBodies, type Bodies } from './bodies.ts';
import { collectionsOf } from './collections.ts';
import { erasedContent, forgottenContent } from './erased-content.ts';
import { retiredReasons } from './mailbox-visibility.ts';
import { eraseMimes } from './mime-files.ts';
import { anew } from './stream-records.ts';
import { inTransaction } from './transaction.ts';
import type { ErasureStore } from './types.ts';

const erasedAtOnce = 100;
const hiddenReasons = [...retiredReasons, 'movedOut' as const];

type Hidden = Pick<StoredDocument, '_id' | 'mailboxId' | 'removal' | 'body' | 'mime'>;

/** Erases what was only hidden, when its time is over: id, dates and reason stay, as of what was deleted. */
export function createHiddenErasure(db: Db): ErasureStore {
  const { documents } = collectionsOf(db);
  const bodies = createBodies(db);
  return {
    async eraseHidden({ sourceId, hiddenBefore, at }) {
      const filter: Filter<StoredDocument> = {
        sourceId,
        'removal.erasedAt': null,
        'removal.reason': { $in: hiddenReasons },
        'removal.at': { $type: 'date', $lte: hiddenBefore },
      };
      const projection = { mailboxId: 1, removal: 1, mime: 1, 'body.fileId': 1 };
      const found = await documents.find<Hidden>(filter, { projection }).limit(erasedAtOnce).toArray();
      if (found.length === 0) return 0;
      await readAnewOnReturn(db, { sourceId, found });
      await inTransaction(db, async (session) => erase({ db, bodies, session }, { found, at }));
      return found.length;
    },
  };
}

/**
 * What is erased can come back only by being read again, so the streams of mailboxes that left begin anew: before anything
 * is erased, so that a crash in between costs at most a reading.
 */
async function readAnewOnReturn(db: Db, { sourceId, found }: { sourceId: string; found: Hidden[] }): Promise<void> {
  // A folder that left tells by its held slots that something of it was erased, and is read anew when it is back.
  const left = found.filter(({ removal }) => removal !== null && removal.reason !== 'movedOut' && removal.folderId === undefined);
  const mailboxIds = [...new Set(left.map(({ mailboxId }) => mailboxId))];
  const streams = { sourceId, mailboxId: { $in: mailboxIds }, kind: { $ne: 'folders' as const }, 'cursor.at': { $ne: 'start' as const } };
  await collectionsOf(db).streams.updateMany(streams, anew({ methodReason: 'Erased' }));
}

interface Attempt {
  db: Db;
  bodies: Bodies;
  session: ClientSession;
}

async function erase({ db, bodies, session }: Attempt, { found, at }: { found: Hidden[]; at: Date }): Promise<void> {
  const { documents, search } = collectionsOf(db);
  const ids = found.map(({ _id }) => _id);
  const stillHidden = { _id: { $in: ids }, 'removal.reason': { $in: hiddenReasons }, 'removal.erasedAt': null };
  const inFolderThatLeft = { ...stillHidden, 'removal.folderId': { $exists: true } };
  const change = { $set: { 'removal.erasedAt': at, ...forgottenContent }, $unset: erasedContent };
  await documents.updateMany(inFolderThatLeft, change, { session });
  const unseen = { seenIn: {}, unseenSince: null };
  await documents.updateMany(stillHidden, { ...change, $set: { ...change.$set, ...unseen } }, { session });
  await search.deleteMany({ _id: { $in: ids } }, { session });
  const withMime = found.filter(({ mime }) => Boolean(mime)).map(({ _id }) => _id);
  if (withMime.length > 0) await eraseMimes(db, session, withMime);
  const fileIds = found.flatMap(({ body }) => (typeof body?.fileId === 'string' ? [body.fileId] : []));
  if (fileIds.length > 0) await bodies.release(session, fileIds);
}
