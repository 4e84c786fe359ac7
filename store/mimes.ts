import type { Db, Filter } from 'mongodb';
import type { MimeState } from '../contract/document-fields.ts';
import type { StoredDocument } from '../contract/document.ts';
import { mailboxKey } from '../contract/ids.ts';
import { claimable, nobody } from './claims.ts';
import { collectionsOf } from './collections.ts';
import { dueMime } from './due-mime.ts';
import { createMimeFiles, type MimeFiles } from './mime-files.ts';
import { mimeSkipId } from './skip-ids.ts';
import { closeSkips, writeSkips } from './skips.ts';
import { inTransaction } from './transaction.ts';
import type { ClaimQuery, DueMime, MailboxAt, MimeStore } from './types.ts';

const maxTries = 3;
const droppedAtOnce = 200;

/** MIME forms of messages: marked by pages, taken up message by message, and kept only while the message is live and unchanged. */
export function createMimes(db: Db): MimeStore {
  const { documents } = collectionsOf(db);
  const files = createMimeFiles(db);
  return {
    follow: async (change) => follow(db, { ...change, files }),
    claimDue: async (query) => claimDue(db, query),

    async anyDue({ sourceId, mailboxId }) {
      const due = { sourceId, mailboxId, 'mime.due': true, removal: null };
      return (await documents.findOne(due, { projection: { _id: 1 } })) !== null;
    },

    async begin({ message, ...at }) {
      const file = await files.begin({ ...at, documentId: message.documentId });
      return {
        write: file.write,
        async keep(read) {
          await file.finish();
          return await keep(db, { files, fileId: file.fileId, message, read });
        },
        drop: () => files.remove([file.fileId]),
      };
    },

    async fail({ sourceId, mailboxId, message, skip }) {
      await inTransaction(db, async (session) => {
        const tries = message.tries + 1;
        const isGivenUp = tries >= maxTries;
        const filter = { _id: message.documentId, 'mime.key': message.key, 'mime.due': true };
        const set = isGivenUp ? { 'mime.due': false, 'mime.claim': null } : { 'mime.claim.lane': nobody };
        const failed = await documents.updateOne(filter, { $set: { ...set, 'mime.tries': tries } }, { session });
        if (failed.matchedCount === 0 || !isGivenUp || skip === null) return;
        const record = { _id: mimeSkipId(message.documentId), sourceId, mailboxId, streamId: null, graphId: message.graphId, ...skip };
        await writeSkips(db, session, { records: [record], at: new Date() });
      });
    },

    sweep: files.sweep,
    open: files.open,
  };
}

interface Keeping {
  files: MimeFiles;
  fileId: string;
  message: DueMime;
  read: { bytes: number; sha256: string; at: Date };
}

async function keep(db: Db, { files, fileId, message, read }: Keeping): Promise<boolean> {
  const { documents } = collectionsOf(db);
  return inTransaction(db, async (session) => {
    const filter = { _id: message.documentId, removal: null, 'mime.key': message.key, 'mime.due': true };
    const stored = await documents.findOne(filter, { session, projection: { sourceId: 1, mailboxId: 1, mime: 1 } });
    if (stored === null) return false;
    const { bytes, sha256, at } = read;
    const set = { complete: true, length: bytes, uploadDate: at };
    const completed = await files.files.updateOne({ _id: fileId, complete: false }, { $set: set }, { session });
    if (completed.matchedCount === 0) return false;
    const mime: MimeState = { due: false, key: message.key, claim: null, tries: 0, fileId, bytes, sha256, readAt: at };
    await documents.updateOne({ _id: message.documentId }, { $set: { mime } }, { session });
    const before = stored.mime?.fileId;
    if (typeof before === 'string') await files.remove([before], session);
    await closeSkips(db, session, { at: stored, ids: [mimeSkipId(message.documentId)] });
    return true;
  });
}

async function claimDue(db: Db, { sourceId, mailboxId, pass, lane }: ClaimQuery): Promise<DueMime | null> {
  const free: Filter<StoredDocument> = {
    ...{ sourceId, mailboxId, 'mime.due': true, removal: null },
    $or: claimable('mime.claim', { pass, lane }),
  };
  const claimed = await collectionsOf(db).documents.findOneAndUpdate(
    free,
    { $set: { 'mime.claim': { lane, pass } } },
    { returnDocument: 'after', projection: { graphId: 1, mime: 1 } },
  );
  if (!claimed?.mime) return null;
  return { documentId: claimed._id, graphId: claimed.graphId, key: claimed.mime.key, tries: claimed.mime.tries };
}

/** Marks all of a mailbox's messages, or drops what is kept of them, once after the policy changed. Harmless when repeated. */
async function follow(db: Db, change: MailboxAt & { keep: boolean; files: MimeFiles }): Promise<void> {
  const { mailboxes, documents } = collectionsOf(db);
  const { sourceId, mailboxId, keep: isKept, files } = change;
  const _id = mailboxKey(sourceId, mailboxId);
  const mailbox = await mailboxes.findOne({ _id }, { projection: { keepsMime: 1 } });
  if ((mailbox?.keepsMime ?? false) === isKept) return;
  const ofMailbox = { sourceId, mailboxId, kind: 'message' as const };
  if (isKept) {
    // Of what was stored without it nobody knows the key: the next change of the message reads it once more.
    const lacking = { ...ofMailbox, mime: null, 'removal.reason': { $ne: 'deleted' as const } };
    await documents.updateMany(lacking, { $set: { mime: dueMime('stored before') } });
  }
  while (!isKept) {
    const found = await documents
      .find({ ...ofMailbox, mime: { $ne: null } }, { projection: { _id: 1 } })
      .limit(droppedAtOnce)
      .toArray();
    if (found.length === 0) break;
    const ids = found.map((document) => document._id);
    await inTransaction(db, async (session) => {
      await files.eraseOf(ids, session);
      await documents.updateMany({ _id: { $in: ids } }, { $set: { mime: null } }, { session });
      await closeSkips(db, session, { at: change, ids: ids.map(mimeSkipId) });
    });
  }
  await mailboxes.updateOne({ _id }, { $set: { keepsMime: isKept } });
}
