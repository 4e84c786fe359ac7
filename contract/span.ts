import { Type, type Static } from 'typebox';
import { Nullable, StoredDate } from './schema.ts';
import { ListWalk } from './stream.ts';

/**
 * A part of a giant folder by time of receipt, which a lane reads while other lanes read the others. It has a lease and a
 * sequence of its own, as a stream has, and is gone when it was read to its end.
 */
export const Span = Type.Object({
  _id: Type.String(),
  sourceId: Type.String(),
  mailboxId: Type.String(),
  /** The folder's stream, in the generation for which it was divided. */
  streamId: Type.String(),
  generation: Type.Integer(),
  /** Messages received from then on, null: from the beginning. */
  from: Nullable(StoredDate),
  /** Messages received before, null: up to the newest. */
  before: Nullable(StoredDate),
  lease: Type.Integer(),
  sequence: Type.Integer(),
  /** Who reads it in which pass of the mailbox; null when nobody does. */
  claim: Nullable(Type.Object({ pass: Type.Integer(), lane: Type.Integer() })),
  /** Where its reading is; null before its first page. */
  list: Nullable(ListWalk),
  /** When a page of it was last written. */
  changedAt: Nullable(StoredDate),
});
export type Span = Static<typeof Span>;
