import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

/** An item given up, with its reason. */
export const Skip = Type.Object({
  /** The id that the item's document has or would have. */
  _id: Type.String(),
  sourceId: Type.String(),
  mailboxId: Type.String(),
  streamId: Nullable(Type.String()),
  graphId: Type.String(),
  /** Code of contract/errors.ts. */
  code: Type.String(),
  words: Type.String(),
  tries: Type.Integer(),
  state: Words(['open', 'retried', 'accepted'] as const),
  firstAt: StoredDate,
  lastAt: StoredDate,
});
export type Skip = Static<typeof Skip>;
