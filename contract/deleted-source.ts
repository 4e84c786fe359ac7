import { Type, type Static } from 'typebox';
import { StoredDate, Words } from './schema.ts';
import { documentFates } from './source.ts';

/** What remains of a deleted source, so that documents of it which were kept can say so. */
export const DeletedSource = Type.Object({
  _id: Type.String(),
  datasetId: Type.String(),
  documents: Words(documentFates),
  deletedAt: StoredDate,
});
export type DeletedSource = Static<typeof DeletedSource>;
