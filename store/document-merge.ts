import { isDeepStrictEqual } from 'node:util';
import type { DocumentContent, StoredDocument } from '../contract/document.ts';
import { documentKey } from '../contract/ids.ts';
import { hashFields } from './content.ts';
import { dueMime } from './due-mime.ts';
import { latestWord, newestPresent, withSlot, type FolderAt } from './slots.ts';
import type { DocumentUpsert, PageWrite } from './types.ts';

/** Where a page stands that speaks of an item. */
export interface PageView {
  sourceId: string;
  mailboxId: string;
  stream: { number: number; generation: number; folder: FolderAt };
  /** When the page was asked for. */
  asOf: Date;
  context: PageWrite['context'];
  /** The folder behind another stream's number, for items that remain in it. */
  folderOf(streamNumber: number): FolderAt | null;
  /** The time to mark changed documents with, for the index. */
  now: Date;
}

/** Fields whose change concerns the search index. */
const searchedFields = new Set<string>([
  'subject',
  'from',
  'sender',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'organizer',
  'attendees',
  'location',
  'text',
  'body',
  'links',
  'receivedAt',
  'startAt',
]);

/**
 * The document after a stream has shown its item, or null when a partial update meets nothing to be merged into.
 * `stored` may lack content fields, but must hold those that a partial update names.
 */
export function mergeShown(stored: StoredDocument | null, shown: DocumentUpsert, view: PageView): StoredDocument | null {
  if (!shown.whole && (stored === null || isErased(stored.removal))) return null;
  const base = stored ?? newDocument(shown, view);
  const seenIn = withSlot(base.seenIn, slotWord(view, true));
  const next: StoredDocument = {
    ...base,
    datasetId: view.context.datasetId,
    country: view.context.country,
    lastSeenAt: base.lastSeenAt > view.asOf ? base.lastSeenAt : view.asOf,
    seenIn,
  };
  const content = contentChanges(base, shown, view);
  return marked(base, settle({ ...next, ...content.fields }, view), {
    content: content.concernsSearch,
    isNew: stored === null,
    now: view.now,
  });
}

/** Whether nothing is left of the content that a part could be merged into. */
function isErased(removal: StoredDocument['removal']): boolean {
  return removal?.reason === 'deleted' || removal?.erasedAt !== undefined;
}

/** The document after a stream has said that its item is gone from there. Other streams' slots stay as they are. */
export function mergeGone(stored: StoredDocument, view: Omit<PageView, 'context'>): StoredDocument {
  const seenIn = withSlot(stored.seenIn, slotWord(view, false));
  if (seenIn === stored.seenIn) return stored;
  const next = settle({ ...stored, seenIn }, view);
  // Found by a look, shown by no stream, and now something moved again: the next close must look anew.
  if (stored.kept !== null && next.kept !== null) next.kept = { ...stored.kept, nextLookAt: view.asOf };
  return marked(stored, next, { content: false, isNew: false, now: view.now });
}

/** The document after a look has found its item in a crawled folder that does not show it. */
export function mergeKept(
  stored: StoredDocument,
  look: { found: DocumentUpsert; folder: FolderAt; nextLookAt: Date; asOf: Date; now: Date },
): StoredDocument {
  const content = contentChanges(stored, look.found, look);
  const next: StoredDocument = {
    ...stored,
    ...content.fields,
    folderId: look.folder.id,
    folderPath: look.folder.path,
    lastSeenAt: look.asOf,
    kept: { folderId: look.folder.id, looks: (stored.kept?.looks ?? 0) + 1, nextLookAt: look.nextLookAt },
  };
  return marked(stored, next, { content: content.concernsSearch, isNew: false, now: look.now });
}

/** The top-level fields of `next` that differ from what was stored. */
export function changedFields(stored: StoredDocument, next: StoredDocument): Partial<StoredDocument> {
  const before = stored as unknown as Record<string, unknown>;
  const entries = Object.entries(next).filter(([field, value]) => !isDeepStrictEqual(before[field], value));
  return Object.fromEntries(entries) as Partial<StoredDocument>;
}

function slotWord(view: Omit<PageView, 'context'>, present: boolean) {
  return { streamNumber: view.stream.number, generation: view.stream.generation, present, asOf: view.asOf };
}

/** Liveness and folder, as the slots say. */
function settle(next: StoredDocument, view: Omit<PageView, 'context'>): StoredDocument {
  const newest = newestPresent(next.seenIn);
  if (newest === null) return { ...next, unseenSince: latestWord(next.seenIn) };
  const folder = newest === view.stream.number ? view.stream.folder : view.folderOf(newest);
  return {
    ...next,
    unseenSince: null,
    kept: null,
    removal: null,
    folderId: folder === null ? next.folderId : folder.id,
    folderPath: folder === null ? next.folderPath : folder.path,
  };
}

interface ContentChanges {
  fields: Partial<StoredDocument>;
  concernsSearch: boolean;
}

/** Newer `lastModifiedAt` wins; when equal or not known, what was asked for later. */
function wins(stored: StoredDocument, shown: DocumentUpsert, asOf: Date): boolean {
  const held = stored.lastModifiedAt?.getTime();
  const given = shown.lastModifiedAt?.getTime();
  if (held !== undefined && given !== undefined && held !== given) return given > held;
  return asOf >= stored.contentAsOf;
}

function contentChanges(
  stored: StoredDocument,
  shown: DocumentUpsert,
  view: { asOf: Date; context?: PageWrite['context'] },
): ContentChanges {
  if (!wins(stored, shown, view.asOf)) return { fields: {}, concernsSearch: false };
  const given = shown.content;
  const hash = shown.whole ? (shown.contentHash ?? hashFields(given)) : null;
  const changed = hash === null || hash !== stored.contentHash ? changesOf(stored, given, shown.whole) : {};
  const differs = Object.keys(changed).length > 0;
  const fields: Partial<StoredDocument> = {
    ...changed,
    contentAsOf: view.asOf,
    lastModifiedAt: shown.lastModifiedAt ?? stored.lastModifiedAt,
    ...attachmentsOf(stored, shown.attachmentsKey),
    ...mimeOf(stored, shown.mimeKey),
  };
  if (given.changeKey !== undefined) fields.changeKey = given.changeKey;
  if (shown.whole) fields.contentHash = hash;
  else if (differs) fields.contentHash = null;
  if (differs && view.context !== undefined) fields.crawlId = view.context.crawlId;
  return { fields, concernsSearch: Object.keys(changed).some((field) => searchedFields.has(field)) };
}

/** A whole item is told from another by its hash; a partial one field by field. */
function changesOf(stored: StoredDocument, given: DocumentContent, whole: boolean): DocumentContent {
  return whole ? given : (changedFields(stored, given as StoredDocument) as DocumentContent);
}

function attachmentsOf(
  stored: StoredDocument,
  key: string | null | undefined,
): Partial<Pick<StoredDocument, 'attachments' | 'attachmentProtection'>> {
  if (key === undefined || key === (stored.attachments?.key ?? null)) return {};
  if (key === null && stored.attachmentProtection !== undefined) return { attachments: null, attachmentProtection: [] };
  return { attachments: key === null ? null : { due: true, key, claim: null, tries: 0 } };
}

/** Another key: the MIME form is read anew, and what is kept of it stays until then. */
function mimeOf(stored: StoredDocument, key: string | undefined): Partial<Pick<StoredDocument, 'mime'>> {
  if (key === undefined || key === stored.mime?.key) return {};
  return { mime: { ...dueMime(key), ...stored.mime, due: true, key, claim: null, tries: 0 } };
}

/** Marks the document for the index when its words, folder, dataset or liveness changed. */
function marked(before: StoredDocument, next: StoredDocument, change: { content: boolean; isNew: boolean; now: Date }): StoredDocument {
  const concerns =
    change.isNew ||
    change.content ||
    before.folderId !== next.folderId ||
    before.folderPath !== next.folderPath ||
    before.datasetId !== next.datasetId ||
    before.country !== next.country ||
    (before.removal === null) !== (next.removal === null);
  return concerns ? { ...next, indexDueAt: change.now } : next;
}

function newDocument(shown: DocumentUpsert, view: PageView): StoredDocument {
  return {
    _id: documentKey({ sourceId: view.sourceId, mailboxId: view.mailboxId, graphId: shown.graphId }),
    kind: shown.kind,
    sourceId: view.sourceId,
    datasetId: view.context.datasetId,
    mailboxId: view.mailboxId,
    country: view.context.country,
    graphId: shown.graphId,
    parentId: null,
    crawlId: view.context.crawlId,
    firstSeenAt: view.asOf,
    lastSeenAt: view.asOf,
    folderId: null,
    folderPath: null,
    lastModifiedAt: null,
    contentAsOf: new Date(0),
    contentHash: null,
    seenIn: {},
    unseenSince: null,
    kept: null,
    removal: null,
    attachments: null,
    indexDueAt: null,
  };
}
