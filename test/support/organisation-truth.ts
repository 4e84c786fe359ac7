import { Readable } from 'node:stream';
import type { Db, Timestamp } from 'mongodb';
import { compareTruth, type Comparison } from '../../stack/compare-truth.ts';
import type { TenantItem } from './tenant.ts';

interface Stored {
  mailboxId: string;
  kind: string;
  graphId: string;
  parentId: string | null;
  subject?: string | null;
  folderId: string | null;
  folderPath: string | null;
  read?: boolean;
  attachment?: { name: string | null; sha256: string | null };
}

const projection = {
  _id: 0,
  mailboxId: 1,
  kind: 1,
  graphId: 1,
  parentId: 1,
  subject: 1,
  folderId: 1,
  folderPath: 1,
  read: 1,
  attachment: 1,
};

/** What one item says, in the fields that the truth and the collection share. */
function words(item: TenantItem): string {
  if (item.kind === 'attachment') return JSON.stringify({ name: item.subject, sha256: item.sha256 ?? null });
  if (item.kind === 'event') return JSON.stringify({ subject: item.subject });
  return JSON.stringify({ subject: item.subject, folderPath: item.folderPath, folderId: item.folderId, read: item.isRead ?? false });
}

function storedWords(document: Stored): string {
  if (document.kind === 'attachment')
    return JSON.stringify({ name: document.attachment?.name ?? null, sha256: document.attachment?.sha256 ?? null });
  if (document.kind === 'event') return JSON.stringify({ subject: document.subject ?? '' });
  const { folderId, read = false } = document;
  // A slash within a folder's name is stored as %2F; the truth leaves it as it is.
  const folderPath = document.folderPath?.replaceAll('%2F', '/').replaceAll('%25', '%');
  return JSON.stringify({ subject: document.subject ?? '', folderPath, folderId, read });
}

const mostNamed = 5;

/**
 * Items whose stored content differs from the truth, in words: subject, folder and read state of messages, subject of
 * events, name and hash of attachments. Items that are not stored at all are `compareTruth`'s to find.
 */
async function differences(options: { db: Db; sourceId: string; truth: readonly TenantItem[] }): Promise<string[]> {
  const { db, sourceId, truth } = options;
  const keyOf = (item: { mailboxId: string; kind: string }, id: string, parent: string) =>
    [item.mailboxId, item.kind, parent, id].join('\n');
  const stored = new Map<string, Stored>();
  for await (const document of db.collection('documents').find<Stored>({ sourceId, removal: null, rootId: null }, { projection })) {
    const parent = document.parentId?.slice(`${sourceId}:${document.mailboxId}:`.length) ?? '';
    stored.set(keyOf(document, document.graphId, parent), document);
  }
  const found: string[] = [];
  for (const item of truth) {
    const document = stored.get(keyOf(item, item.id, item.parentId ?? ''));
    if (document === undefined) continue;
    const [is, should] = [storedWords(document), words(item)];
    if (is !== should) found.push(`${item.kind} ${item.id} of ${item.mailboxId} is ${is}, should be ${should}`);
  }
  return found.length > mostNamed ? [...found.slice(0, mostNamed), `and ${found.length - mostNamed} more`] : found;
}

/** What is missing, doubled or extra, and what differs in content: everything in which the collection is not the truth. */
export async function compareWithTruth(options: {
  db: Db;
  sourceId: string;
  truth: readonly TenantItem[];
}): Promise<Comparison & { different: string[] }> {
  const comparison = await compareTruth({ ...options, truth: Readable.from(options.truth) });
  return { ...comparison, different: await differences(options) };
}

/** The server's time of operations, from which `contentWrites` may look back. */
export async function operationTime(db: Db): Promise<Timestamp> {
  return (await db.command({ ping: 1 }))['operationTime'] as Timestamp;
}

const endMark = 'contentWritesEnd';

/**
 * How often each document's content was written since then, by the server's own log of operations: an insert, or an
 * update that says when the content was asked for or what a stream showed. Marks for the index are not content, nor is the word
 * of a stream that shows what is stored already, which sets parts of a slot.
 */
export async function contentWrites(db: Db, { since }: { since: Timestamp }): Promise<Map<string, number>> {
  const writes = new Map<string, number>();
  const pipeline = [{ $match: { 'ns.coll': { $in: ['documents', endMark] } } }];
  const changes = db.watch<{ _id: string }>(pipeline, { startAtOperationTime: since, maxAwaitTimeMS: 200 });
  // `since` may be the very time of an earlier look's mark.
  const { insertedId } = await db.collection(endMark).insertOne({ at: new Date() });
  try {
    for await (const change of changes) {
      if (!('ns' in change) || !('coll' in change.ns)) continue;
      if (change.ns.coll === endMark) {
        if ('documentKey' in change && insertedId.equals(change.documentKey._id)) break;
        continue;
      }
      const written =
        change.operationType === 'insert' || (change.operationType === 'update' && isContent(change.updateDescription.updatedFields));
      if (written) writes.set(change.documentKey._id, (writes.get(change.documentKey._id) ?? 0) + 1);
    }
    return writes;
  } finally {
    await changes.close();
  }
}

function isContent(fields: object | undefined): boolean {
  return Object.keys(fields ?? {}).some((field) => field === 'contentAsOf' || field === 'seenIn');
}
