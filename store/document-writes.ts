import { BSON, MongoServerError, type AnyBulkWriteOperation, type ClientSession, type Db } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import { changedFields } from './document-merge.ts';
import { sizeBound } from './size-bound.ts';
import { serverCodes } from './store-errors.ts';

/** MongoDB takes 48 MB in one message and 16 MB in one document; a batch stays far from both. */
export const batchLimitBytes = 12_000_000;

/** Fields of a document that the rules of merging look at; bodies and texts are not read for that. */
export const bookkeepingFields = {
  kind: 1,
  sourceId: 1,
  datasetId: 1,
  mailboxId: 1,
  country: 1,
  graphId: 1,
  parentId: 1,
  crawlId: 1,
  firstSeenAt: 1,
  lastSeenAt: 1,
  folderId: 1,
  folderPath: 1,
  lastModifiedAt: 1,
  contentAsOf: 1,
  contentHash: 1,
  seenIn: 1,
  unseenSince: 1,
  kept: 1,
  removal: 1,
  attachments: 1,
  attachmentProtection: 1,
  mime: 1,
  indexDueAt: 1,
  changeKey: 1,
  'body.fileId': 1,
} as const;

/** A document as it was read in the transaction, and as it shall be. */
export interface DocumentChange {
  stored: StoredDocument | null;
  next: StoredDocument;
}

/** An operation that makes a change true; null when nothing differs. */
export function operationOf({ stored, next }: DocumentChange): AnyBulkWriteOperation<StoredDocument> | null {
  if (stored === null) return { insertOne: { document: next } };
  const { body, ...changes } = changedFields(stored, next);
  // Of a stored body only its file is known here: it counts as changed only when a new one was given.
  const set = body === undefined || next.body === stored.body ? changes : { ...changes, body };
  return Object.keys(set).length === 0 ? null : { updateOne: { filter: { _id: next._id }, update: { $set: set } } };
}

/** Operations in order, in batches of a bounded size. Sizes are computed only where they may matter; `boundBytes` is a bound that is known. */
export function batchesOf<T extends object>(
  operations: readonly T[],
  { limitBytes = batchLimitBytes, boundBytes }: { limitBytes?: number; boundBytes?: number | undefined } = {},
): T[][] {
  if ((boundBytes ?? Infinity) <= limitBytes || sizeBound(operations) <= limitBytes)
    return operations.length === 0 ? [] : [[...operations]];
  const batches: T[][] = [];
  let bytes = 0;
  for (const operation of operations) {
    const size = BSON.calculateObjectSize(operation, { ignoreUndefined: true });
    const last = batches.at(-1);
    if (last === undefined || bytes + size > limitBytes) {
      batches.push([operation]);
      bytes = size;
    } else {
      last.push(operation);
      bytes += size;
    }
  }
  return batches;
}

/** Thrown when MongoDB refuses one document of a page: the page goes on without it. */
export class DocumentRefusedError extends Error {
  readonly documentId: string;
  constructor(documentId: string, options: ErrorOptions) {
    super(`MongoDB refuses document ${documentId}: it does not have the shape of a stored document`, options);
    this.name = 'DocumentRefusedError';
    this.documentId = documentId;
  }
}

/**
 * Writes changes in the transaction, in order; returns how many documents differ from before.
 * Throws DocumentRefusedError when the validator refuses one. `boundBytes` bounds new documents together, where that is known.
 */
export async function writeChanges(
  db: Db,
  session: ClientSession,
  { changes, boundBytes }: { changes: readonly DocumentChange[]; boundBytes?: number | undefined },
): Promise<number> {
  if (changes.every(({ stored }) => stored === null)) return insertAll(db, session, { changes, boundBytes });
  const operations = changes.map(operationOf).filter((operation) => operation !== null);
  for (const batch of batchesOf(operations)) {
    try {
      await collectionsOf(db).documents.bulkWrite(batch, { session, ordered: true, ignoreUndefined: true });
    } catch (error) {
      throw refusalOf(error, batch.map(documentIdOf)) ?? error;
    }
  }
  return operations.length;
}

/** Documents that are all new go by the plain command: the driver's bulk writer measures every one of them twice. */
async function insertAll(
  db: Db,
  session: ClientSession,
  { changes, boundBytes }: { changes: readonly DocumentChange[]; boundBytes: number | undefined },
): Promise<number> {
  const { collectionName } = collectionsOf(db).documents;
  const inserted = changes.map(({ next }) => next);
  for (const documents of batchesOf(inserted, { boundBytes })) {
    const answer = await db.command({ insert: collectionName, documents, ordered: true }, { session, ignoreUndefined: true });
    const writeErrors = answer['writeErrors'] as { code: number; index: number; errmsg: string }[] | undefined;
    const first = writeErrors?.[0];
    if (first === undefined) continue;
    const error = new MongoServerError({ ...first, writeErrors });
    throw (
      refusalOf(
        error,
        documents.map(({ _id }) => _id),
      ) ?? error
    );
  }
  return changes.length;
}

function refusalOf(error: unknown, documentIds: readonly (string | null)[]): DocumentRefusedError | null {
  const first = (error as { writeErrors?: unknown }).writeErrors;
  const refused = (Array.isArray(first) ? first[0] : first) as { code?: number; index?: number } | undefined;
  if (refused?.code !== serverCodes.documentRefused || refused.index === undefined) return null;
  const documentId = documentIds[refused.index] ?? null;
  return documentId === null ? null : new DocumentRefusedError(documentId, { cause: error });
}

function documentIdOf(operation: AnyBulkWriteOperation<StoredDocument>): string | null {
  const id: unknown =
    'insertOne' in operation ? operation.insertOne.document._id : 'updateOne' in operation ? operation.updateOne.filter['_id'] : null;
  return typeof id === 'string' ? id : null;
}
