import type { Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { leftUnread } from '../contract/extraction.ts';
import { mailboxKey } from '../contract/ids.ts';
import { collectionsOf } from './collections.ts';
import type { AttachmentFields, AttachmentStore, MailboxAt, ReadContent } from './types.ts';

/** Several, since files of one content may have names that make them read otherwise. */
const examples = 5;
const said = { attachment: 1, text: 1, textTruncated: 1, subject: 1, from: 1, to: 1, cc: 1, sentAt: 1, internetMessageId: 1 } as const;

/** What was read of files with the same content, so that it need not be read again. */
export async function findRead(db: Db, query: Parameters<AttachmentStore['findRead']>[0]): Promise<ReadContent[]> {
  const { documents } = collectionsOf(db);
  const { datasetId, sha256, version } = query;
  const same: Filter<StoredDocument> = {
    'attachment.sha256': sha256,
    datasetId,
    removal: null,
    rootId: null,
    'attachment.extraction.version': version,
  };
  const found = await documents.find(same, { projection: said }).limit(examples).toArray();
  const read = await Promise.all(found.map((document) => withParts(db, document)));
  return read.filter((content) => content !== null);
}

/** Null when parts of it are missing: another process may be about to write or to erase them. */
async function withParts(db: Db, document: StoredDocument): Promise<ReadContent | null> {
  const { attachment } = document;
  if (attachment === undefined) return null;
  const count = attachment.parts ?? 0;
  // Ids of parts begin with that of the attachment and `#`, which `$` follows.
  const _id = { $gt: `${document._id}#`, $lt: `${document._id}$` };
  const parts = count === 0 ? [] : await collectionsOf(db).documents.find({ _id, removal: null }, { projection: said }).toArray();
  if (parts.length !== count) return null;
  return {
    content: attachment,
    fields: fieldsOf(document),
    parts: parts.flatMap((part) =>
      part.attachment === undefined
        ? []
        : [{ path: part._id.slice(document._id.length + 1), content: part.attachment, fields: fieldsOf(part) }],
    ),
  };
}

function fieldsOf({ text, textTruncated, subject, from, to, cc, sentAt, internetMessageId }: StoredDocument): AttachmentFields {
  const fields = { text, textTruncated, subject, from, to, cc, sentAt, internetMessageId };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const markedAtOnce = 1_000;

/** What the mailbox's record says is set last, so that a crash in between is made good by the next cycle. Harmless when repeated. */
export async function followReading(db: Db, change: MailboxAt & { readsWords: boolean }): Promise<void> {
  const { mailboxes } = collectionsOf(db);
  const { sourceId, mailboxId, readsWords } = change;
  const _id = mailboxKey(sourceId, mailboxId);
  if (readsWords) await markUnread(db, change);
  await mailboxes.updateOne({ _id }, { $set: { wordsLeftOut: !readsWords } });
}

async function markUnread(db: Db, { sourceId, mailboxId }: MailboxAt): Promise<void> {
  const { documents } = collectionsOf(db);
  const { outcome, words } = leftUnread;
  const unread: Filter<StoredDocument> = {
    ...{ sourceId, mailboxId, kind: 'attachment' as const, removal: null },
    'attachment.extraction.outcome': outcome,
    'attachment.extraction.words': words,
  };
  let ids: string[] = [];
  const mark = async () => {
    const set = { 'attachments.due': true, 'attachments.claim': null, 'attachments.tries': 0 };
    await documents.updateMany({ _id: { $in: ids }, removal: null, attachments: { $ne: null } }, { $set: set });
    ids = [];
  };
  for await (const { parentId } of documents.find(unread, { projection: { _id: 0, parentId: 1 } })) {
    if (parentId !== null) ids.push(parentId);
    if (ids.length === markedAtOnce) await mark();
  }
  await mark();
}
