import type { ClientSession, Db } from 'mongodb';
import { attachmentKey, partKey } from '../contract/ids.ts';
import type { AttachmentContent, StoredDocument } from '../contract/document.ts';
import { eraseAttachments } from './attachment-followers.ts';
import { keepAttachmentProtection } from './attachment-protection.ts';
import { collectionsOf } from './collections.ts';
import { hashFields } from './content.ts';
import { bookkeepingFields, DocumentRefusedError, writeChanges, type DocumentChange } from './document-writes.ts';
import { attachmentsSkipId } from './skip-ids.ts';
import { closeSkips, writeSkips } from './skips.ts';
import { inTransaction } from './transaction.ts';
import type { AttachmentFields, AttachmentStore, ReadAttachments } from './types.ts';

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
  const writes = new Map(unchanged.flatMap((read) => documentsOf(read).map((one) => [one.id, one])));
  for (const id of refused) writes.delete(id);
  const stored = await documents.find({ _id: { $in: [...writes.keys()] } }, { session, projection: bookkeepingFields }).toArray();
  const known = new Map(stored.map((document) => [document._id, document]));
  const changes = [...writes.values()].map((one) => mergeAttachment(known.get(one.id) ?? null, one, change));
  await writeChanges(db, session, { changes });
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
  const refusedOf = (read: Unchanged): number => documentsOf(read).filter(({ id }) => refused.has(id)).length;
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

/** One document that shall be: an attachment, or a part of one. */
interface OneDocument {
  id: string;
  graphId: string;
  parentId: string;
  rootId?: string;
  content: AttachmentContent;
  fields: AttachmentFields;
  read: Unchanged;
}

/** Each attachment of a message with what lies in it: a part's parent is the part above it. */
function documentsOf(read: Unchanged): OneDocument[] {
  const messageId = read.parent._id;
  return read.attachments.flatMap(({ attachmentId, content, fields = {}, parts = [] }) => {
    const id = attachmentKey(messageId, attachmentId);
    const within = parts.map((part): OneDocument => {
      const above = part.path.includes('/') ? partKey(id, part.path.slice(0, part.path.lastIndexOf('/'))) : id;
      const own = { content: part.content, fields: part.fields, read };
      return { id: partKey(id, part.path), graphId: partKey(attachmentId, part.path), parentId: above, rootId: messageId, ...own };
    });
    return [{ id, graphId: attachmentId, parentId: messageId, content, fields, read }, ...within];
  });
}

/** The attachment's document; one that says the same as before differs in `lastSeenAt` alone. */
function mergeAttachment(stored: StoredDocument | null, one: OneDocument, change: Change): DocumentChange {
  const { context } = change;
  const { content, fields, read } = one;
  const { parent, at } = read;
  const contentHash = hashFields({ ...content, ...fields });
  const isNew = stored === null || stored.removal !== null || stored.contentHash !== contentHash;
  const next: StoredDocument = {
    ...(stored ?? newAttachment(one, change)),
    datasetId: context.datasetId,
    country: context.country,
    lastSeenAt: at,
    folderId: parent.folderId,
    folderPath: parent.folderPath,
    removal: null,
    ...(isNew ? { ...fields, contentHash, contentAsOf: at, crawlId: context.crawlId, attachment: content, indexDueAt: at } : {}),
  };
  return { stored, next };
}

function newAttachment({ id, graphId, parentId, rootId, read }: OneDocument, change: Change): StoredDocument {
  const { sourceId, mailboxId, context } = change;
  const { parent, at } = read;
  return {
    _id: id,
    kind: 'attachment',
    sourceId,
    datasetId: context.datasetId,
    mailboxId,
    country: context.country,
    graphId,
    parentId,
    ...(rootId === undefined ? {} : { rootId }),
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
