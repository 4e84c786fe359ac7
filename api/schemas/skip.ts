import { Type, type Static } from 'typebox';
import { Nullable, Words } from '../../contract/schema.ts';
import type { Skip } from '../../contract/skip.ts';
import { toReason } from '../reasons.ts';
import { closed, iso, pageFields, Timestamp } from './common.ts';

const skipStates = ['open', 'retried', 'accepted'] as const;

export const SkipQuery = Type.Object(
  {
    ...pageFields,
    mailboxId: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$', description: 'the object id of a mailbox' })),
    code: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,100}$', description: 'a code of docs/errors.md' })),
    state: Type.Optional(Words(skipStates)),
  },
  closed,
);

export const SkipAnswer = Type.Object({
  id: Type.String(),
  mailboxId: Type.String(),
  graphId: Type.String(),
  streamId: Nullable(Type.String()),
  code: Type.String(),
  words: Type.String(),
  remedy: Type.String(),
  tries: Type.Integer(),
  state: Words(skipStates),
  firstAt: Timestamp,
  lastAt: Timestamp,
});
export type SkipAnswer = Static<typeof SkipAnswer>;

export function toSkipAnswer(skip: Skip): SkipAnswer {
  return {
    id: skip._id,
    mailboxId: skip.mailboxId,
    graphId: skip.graphId,
    streamId: skip.streamId,
    code: skip.code,
    words: skip.words,
    remedy: toReason(skip.code)?.remedy ?? '',
    tries: skip.tries,
    state: skip.state,
    firstAt: iso(skip.firstAt),
    lastAt: iso(skip.lastAt),
  };
}
