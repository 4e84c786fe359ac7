import type { ClientSession, Db, Filter } from 'mongodb';
import { documentKey, attachmentKey } from '../contract/ids.ts';
import type { StoredDocument } from '../contract/document.ts';
import { eraseAttachments } from './attachment-followers.ts';
import { collectionsOf } from './collections.ts';
import { hashFields } from './content.ts';
import { bookkeepingFields, DocumentRefusedError, writeChanges, type DocumentChange } from './document-writes.ts';
import { closeSkips, writeSkips } from './skips.ts';
import { claimable, nobody } from './streams.ts';
import { inTransaction } from './transaction.ts';
import type { AttachmentStore, AttachmentWrite } from './types.ts';

const maxTries = 3;

/** The skip that stands for a message's attachments, apart from one for the message itself. */
function attachmentsSkipId(messageId: string): string {
  return attachmentKey(messageId, '*');
}

/** Attachments of mails: taken up message by message, written only while the message is live and unchanged. */
export function createAttachments(db: Db): AttachmentStore {
  const { documents } = collectionsOf(db);
  return {
    async claimDue({ sourceId, mailboxId, pass, lane }) {
      const filter: Filter<StoredDocument> = {
        sourceId,
        mailboxId,
        'attachments.due': true,
        removal: null,
        $or: claimable('attachments.claim', { pass, lane }),
      };
      const update = { $set: { 'attachments.claim': { lane, pass } } };
      const projection = { graphId: 1, attachments: 1 };
      const claimed = await documents.findOneAndUpdate(filter, update, { projection, returnDocument: 'after' });
      if (claimed === null || claimed.attachments === null) return null;
      return { documentId: claimed._id, graphId: claimed.graphId, key: claimed.attachments.key, tries: claimed.attachments.tries };
    },

    async anyDue({ sourceId, mailboxId }) {
      const filter = { sourceId, mailboxId, 'attachments.due': true, removal: null };
      return (await documents.findOne(filter, { projection: { _id: 1 } })) !== null;
    },

    async write(change) {
      let attachments = change.attachments;
      for (;;) {
        try {
          return await inTransaction(db, async (session) =>
            writeOnce({ db, session, change: { ...change, attachments }, refused: change.attachments.length - attachments.length }),
          );
        } catch (error) {
          if (!(error instanceof DocumentRefusedError)) throw error;
          const refused = error.documentId;
          attachments = attachments.filter(({ attachmentId }) => attachmentKey(change.message.documentId, attachmentId) !== refused);
        }
      }
    },

    async fail({ sourceId, mailboxId, message, code, words }) {
      await inTransaction(db, async (session) => {
        const tries = message.tries + 1;
        const givenUp = tries >= maxTries;
        const filter = { _id: message.documentId, 'attachments.key': message.key, 'attachments.due': true };
        const set = givenUp ? { 'attachments.due': false, 'attachments.claim': null } : { 'attachments.claim.lane': nobody };
        const failed = await documents.updateOne(filter, { $set: { ...set, 'attachments.tries': tries } }, { session });
        if (failed.matchedCount === 0 || !givenUp) return;
        const record = {
          _id: attachmentsSkipId(message.documentId),
          sourceId,
          mailboxId,
          streamId: null,
          graphId: message.graphId,
          code,
          words,
        };
        await writeSkips(db, session, { records: [record], at: new Date() });
      });
    },
  };
}

interface Attempt {
  db: Db;
  session: ClientSession;
  change: Parameters<AttachmentStore['write']>[0];
  /** How many attachments MongoDB has refused. */
  refused: number;
}

async function writeOnce({ db, session, change, refused }: Attempt): Promise<boolean> {
  const { documents } = collectionsOf(db);
  const { message, attachments, at, sourceId, mailboxId } = change;
  const filter = { _id: message.documentId, removal: null, 'attachments.key': message.key, 'attachments.due': true };
  const done = { $set: { 'attachments.due': false, 'attachments.claim': null } };
  const parent = await documents.findOneAndUpdate(filter, done, { session, projection: bookkeepingFields, returnDocument: 'after' });
  if (parent === null) return false;
  const writes = new Map(attachments.map((attachment) => [attachmentKey(parent._id, attachment.attachmentId), attachment]));
  const stored = await documents.find({ _id: { $in: [...writes.keys()] } }, { session, projection: bookkeepingFields }).toArray();
  const known = new Map(stored.map((document) => [document._id, document]));
  const changes = [...writes].map(([id, write]) => mergeAttachment(known.get(id) ?? null, { id, write, parent, change }));
  await writeChanges(db, session, changes);
  await eraseAttachments(db, session, { parentId: parent._id, except: [...writes.keys()], at });
  const skipId = attachmentsSkipId(parent._id);
  if (refused === 0) await closeSkips(db, session, [skipId]);
  else {
    const words = `${refused} of the message's attachments do not have the shape of a stored document.`;
    const record = { _id: skipId, sourceId, mailboxId, streamId: null, graphId: parent.graphId, code: 'TrawlRefusedDocument', words };
    await writeSkips(db, session, { records: [record], at });
  }
  return true;
}

interface AttachmentMerge {
  id: string;
  write: AttachmentWrite;
  parent: StoredDocument;
  change: Parameters<AttachmentStore['write']>[0];
}

/** The attachment's document; one that says the same as before differs in `lastSeenAt` alone. */
function mergeAttachment(stored: StoredDocument | null, { id, write, parent, change }: AttachmentMerge): DocumentChange {
  const { context, at } = change;
  const contentHash = hashFields(write.content);
  const isNew = stored === null || stored.removal !== null || stored.contentHash !== contentHash;
  const next: StoredDocument = {
    ...(stored ?? newAttachment({ id, write, parent, change })),
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

function newAttachment({ id, write, parent, change }: AttachmentMerge): StoredDocument {
  const { sourceId, mailboxId, context, at } = change;
  return {
    _id: id,
    kind: 'attachment',
    sourceId,
    datasetId: context.datasetId,
    mailboxId,
    country: context.country,
    graphId: write.attachmentId,
    parentId: documentKey({ sourceId, mailboxId, graphId: parent.graphId }),
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
