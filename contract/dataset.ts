import { Type, type Static } from 'typebox';
import { StoredDate } from './schema.ts';
import { SecurityGroup } from './security-group.ts';

/** What security groups may see: documents are seen only through a dataset whose groups the caller is in. */
export const Dataset = Type.Object({
  _id: Type.String(),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  /** Without one nobody sees the dataset's documents. */
  groups: Type.Array(SecurityGroup),
  /** Grows with each change through the API; what crawls write leaves it. */
  recordRevision: Type.Integer(),
  createdAt: StoredDate,
  updatedAt: StoredDate,
});
export type Dataset = Static<typeof Dataset>;
