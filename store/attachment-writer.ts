import type { ClientSession, Db } from 'mongodb';
import { attachmentKey } from '../contract/ids.ts';
import type { StoredDocument } from '../contract/document.ts';
import { eraseAttachments } from './attachment-followers.ts';
import { keepAttachmentProtection } from './attachment-protection.ts';
import { collectionsOf } from './collections.ts';
import { hashFields } from './content.ts';
import { bookkeepingFields, DocumentRefusedError, writeChanges, type DocumentChange } from './document-writes.ts';
import { attachmentsSkipId, closeSkips, writeSkips } from './skips.ts';
import { inTransaction } from './transaction.ts';
import type { AttachmentStore, AttachmentWrite, ReadAttachments } from './types.ts';

type Change = Parameters<AttachmentStore['write']>[0];

/**
 * Writes the attachments of some messages in one transaction, each message's on condition that it is still live and
 * unchanged. What MongoDB refuses is left out with a skip. Returns the ids of the messages that were written.
 */
export async function writeAttachments(db: Db, change: Change): Promise<Set<string>> {
  const refused = new Set<string>();
  for (;;) {
    try {
      return await inTransaction(db, async (session) => writeOnce({ db, session, change, refused }));
    } catch (error) {
      if (!(error instanceof DocumentRefusedError) || refused.has(error.documentId)) throw error;
      refused.add(error.documentId);
    }
  }
}

interface Attempt {
  db: Db;
  session: ClientSession;
  change: Change;
  /** Ids of attachments that MongoDB has refused. */
  refused: ReadonlySet<string>;
}

/** A message that is still as it was when it was claimed, and what was read of it. */
interface Unchanged extends ReadAttachments {
  parent: StoredDocument;
}

async function writeOnce(attempt: Attempt): Promise<Set<string>> {
  const { db, session, change, refused } = attempt;
  const { documents } = collectionsOf(db);
  const unchanged = await unchangedOf(attempt);
  if (unchanged.length === 0) return new Set();
  const parentIds = unchanged.map(({ parent }) => parent._id);
  const done = { $set: { 'attachments.due': false, 'attachments.claim': null } };
  await documents.updateMany({ _id: { $in: parentIds } }, done, { session });
  const writes = new Map(
    unchanged.flatMap((read) => read.attachments.map((write) => [attachmentKey(read.parent._id, write.attachmentId), { read, write }])),
  );
  for (const id of refused) writes.delete(id);
  const stored = await documents.find({ _id: { $in: [...writes.keys()] } }, { session, projection: bookkeepingFields }).toArray();
  const known = new Map(stored.map((document) => [document._id, document]));
  const changes = [...writes].map(([id, { read, write }]) => mergeAttachment(known.get(id) ?? null, { id, write, read, change }));
  await writeChanges(db, session, changes);
  const at = latestOf(unchanged);
  await eraseAttachments(db, session, { parentIds, except: [...writes.keys()], at });
  await keepAttachmentProtection(db, session, unchanged);
  await settleSkips(attempt, unchanged);
  return new Set(parentIds);
}

/** Read in the transaction's snapshot: whoever changes one of them meanwhile makes the transaction start again. */
async function unchangedOf({ db, session, change }: Attempt): Promise<Unchanged[]> {
  const ids = change.messages.map(({ message }) => message.documentId);
  const filter = { _id: { $in: ids }, removal: null, 'attachments.due': true };
  const live = await collectionsOf(db).documents.find(filter, { session, projection: bookkeepingFields }).toArray();
  const parents = new Map(live.map((document) => [document._id, document]));
  return change.messages.flatMap((read) => {
    const parent = parents.get(read.message.documentId);
    return parent?.attachments?.key === read.message.key ? [{ ...read, parent }] : [];
  });
}

function latestOf(reads: readonly Unchanged[]): Date {
  return new Date(Math.max(...reads.map(({ at }) => at.getTime())));
}

async function settleSkips({ db, session, change, refused }: Attempt, unchanged: readonly Unchanged[]): Promise<void> {
  const { sourceId, mailboxId } = change;
  const refusedOf = ({ parent, attachments }: Unchanged): number =>
    attachments.filter(({ attachmentId }) => refused.has(attachmentKey(parent._id, attachmentId))).length;
  const counted = unchanged.map((read) => ({ read, count: refused.size === 0 ? 0 : refusedOf(read) }));
  const whole = counted.filter(({ count }) => count === 0).map(({ read }) => attachmentsSkipId(read.parent._id));
  await closeSkips(db, session, { at: change, ids: whole });
  for (const { read, count } of counted) {
    if (count === 0) continue;
    const { _id, graphId } = read.parent;
    const words = `${count} of the message's attachments do not have the shape of a stored document.`;
    const record = { _id: attachmentsSkipId(_id), sourceId, mailboxId, streamId: null, graphId, code: 'TrawlRefusedDocument', words };
    await writeSkips(db, session, { records: [record], at: read.at });
  }
}

interface AttachmentMerge {
  id: string;
  write: AttachmentWrite;
  read: Unchanged;
  change: Change;
}

/** The attachment's document; one that says the same as before differs in `lastSeenAt` alone. */
function mergeAttachment(stored: StoredDocument | null, { id, write, read, change }: AttachmentMerge): DocumentChange {
  const { context } = change;
  const { parent, at } = read;
  const contentHash = hashFields(write.content);
  const isNew = stored === null || stored.removal !== null || stored.contentHash !== contentHash;
  const next: StoredDocument = {
    ...(stored ?? newAttachment({ id, write, read, change })),
    datasetId: context.datasetId,
    country: context.country,
    lastSeenAt: at,
    folderId: parent.folderId,
    folderPath: parent.folderPath,
    removal: null,
    ...(isNew ? { contentHash, contentAsOf: at, crawlId: context.crawlId, attachment: write.content, indexDueAt: at } : {}),
  };
  return { stored, next };
}

function newAttachment({ id, write, read, change }: AttachmentMerge): StoredDocument {
  const { sourceId, mailboxId, context } = change;
  const { parent, at } = read;
  return {
    _id: id,
    kind: 'attachment',
    sourceId,
    datasetId: context.datasetId,
    mailboxId,
    country: context.country,
    graphId: write.attachmentId,
    parentId: parent._id,
    crawlId: context.crawlId,
    firstSeenAt: at,
    lastSeenAt: at,
    folderId: parent.folderId,
    folderPath: parent.folderPath,
    lastModifiedAt: null,
    contentAsOf: at,
    contentHash: null,
    seenIn: {},
    unseenSince: null,
    kept: null,
    removal: null,
    attachments: null,
    indexDueAt: at,
  };
}
