import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

export const skipStates = ['open', 'retried', 'gone', 'accepted'] as const;

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
  /** `retried`: read after all; `gone`: the item is gone; `accepted`: a person has taken it as it is. */
  state: Words(skipStates),
  /** When it is tried again, by MongoDB's clock; at once when not given. */
  nextTryAt: Type.Optional(Nullable(StoredDate)),
  firstAt: StoredDate,
  lastAt: StoredDate,
});
export type Skip = Static<typeof Skip>;
