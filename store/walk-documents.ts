import type { Db } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import type { DocumentFilters, WholeDocument } from './document-types.ts';
import { stillFitting } from './find-documents.ts';
import { plansOf, type SearchPlan } from './search-plan.ts';

/** Whole documents held at once: each may have a body and a text of 1 MB. */
const heldAtOnce = 20;
const idsAtOnce = 200;

/**
 * Every document that fits, whole. Ids come from one cursor per plan, which is closed when the loop is left; what was
 * removed between its id and itself is left out.
 */
export async function* walkDocuments(db: Db, filters: DocumentFilters): AsyncGenerator<WholeDocument> {
  for (const plan of plansOf(filters)) {
    for await (const ids of idsOf(db, plan)) yield* wholeDocuments(db, { ids, filters });
  }
}

async function* idsOf(db: Db, { collection, match, hint, by }: SearchPlan): AsyncGenerator<string[]> {
  // Matches of a text come as they do: putting them in order would hold them all in memory.
  const sort = hint === null ? [] : [{ $sort: { [by]: -1, _id: -1 } }];
  const options = { batchSize: idsAtOnce, ...(hint !== null && { hint }) };
  const cursor = db.collection(collection).aggregate<{ _id: string }>([{ $match: match }, ...sort, { $project: { _id: 1 } }], options);
  try {
    let ids: string[] = [];
    for await (const { _id } of cursor) {
      ids.push(_id);
      if (ids.length < heldAtOnce) continue;
      yield ids;
      ids = [];
    }
    if (ids.length > 0) yield ids;
  } finally {
    await cursor.close();
  }
}

async function* wholeDocuments(
  db: Db,
  { ids, filters }: { ids: readonly string[]; filters: DocumentFilters },
): AsyncGenerator<WholeDocument> {
  const { documents } = collectionsOf(db);
  const found = await documents.find({ _id: { $in: [...ids] }, ...stillFitting(filters) }, { projection: { seenIn: 0 } }).toArray();
  const byId = new Map(found.map((document) => [document._id, document]));
  const parents = found.filter(({ kind, removal }) => kind !== 'event' && removal === null).map(({ _id }) => _id);
  const attachments = await attachmentsOf(db, parents);
  for (const id of ids) {
    const document = byId.get(id);
    if (document !== undefined) yield { document, attachments: attachments.get(id) ?? [] };
  }
}

async function attachmentsOf(db: Db, parents: string[]): Promise<Map<string, StoredDocument[]>> {
  const byParent = new Map<string, StoredDocument[]>();
  if (parents.length === 0) return byParent;
  const listed = { body: 0, text: 0, seenIn: 0 };
  const found = collectionsOf(db).documents.find({ parentId: { $in: parents }, removal: null }, { projection: listed });
  for (const attachment of (await found.sort({ _id: 1 }).toArray()) as StoredDocument[]) {
    const { parentId } = attachment;
    if (parentId !== null) byParent.set(parentId, [...(byParent.get(parentId) ?? []), attachment]);
  }
  return byParent;
}
