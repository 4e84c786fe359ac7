import { Type, type Static } from 'typebox';
import { Nullable, Words } from '../../contract/schema.ts';
import { skipStates, type Skip } from '../../contract/skip.ts';
import { sourceStates } from '../../contract/workflow/states.ts';
import { toReason } from '../reasons.ts';
import { crawlIdExample, mailboxIdExample, sourceIdExample, timeExample } from './examples.ts';
import { closed, iso, isoOrNull, pageFields, Timestamp } from './common.ts';

const MailboxId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$', description: 'the object id of a mailbox' });
const Code = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,100}$', description: 'a code of docs/errors.md' });

export const SkipQuery = Type.Object(
  {
    ...pageFields,
    mailboxId: Type.Optional(MailboxId),
    code: Type.Optional(Code),
    state: Type.Optional(Words(skipStates)),
  },
  closed,
);

export const ChooseSkips = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1500 }), { maxItems: 1000, description: 'ids of skips, as their list gives them' }),
    ),
    mailboxId: Type.Optional(MailboxId),
    code: Type.Optional(Code),
  },
  {
    ...closed,
    title: 'ChooseSkips',
    description: 'Which open skips: all that fit everything given; all of the source when nothing is',
    examples: [{ code: 'ErrorCorruptData' }],
  },
);

/** What came of trying skips again: how many, and the crawl that does it. */
export const SkipsRetried = Type.Object(
  {
    skips: Type.Integer({ description: 'How many skips are due at once' }),
    crawlId: Nullable(Type.String({ description: 'The crawl that tries them; null when there are none' })),
    state: Words(sourceStates),
    started: Type.Boolean({ description: 'Whether a crawl was started for it, since none was running' }),
  },
  { title: 'SkipsRetried', examples: [{ skips: 3, crawlId: crawlIdExample, state: 'running', started: false }] },
);

export const SkipsChanged = Type.Object(
  { skips: Type.Integer({ description: 'How many skips were changed' }) },
  { title: 'SkipsChanged', examples: [{ skips: 3 }] },
);

const example = {
  ...{ id: `${sourceIdExample}:${mailboxIdExample}:AAkALgAA`, mailboxId: mailboxIdExample, graphId: 'AAkALgAA', streamId: null },
  ...{ code: 'ErrorCorruptData', words: 'Exchange cannot read the item', remedy: 'Repair the mailbox in Exchange, then retry' },
  ...{ tries: 2, state: 'open', firstAt: timeExample, lastAt: timeExample, nextTryAt: timeExample },
};

export const SkipAnswer = Type.Object(
  {
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
    nextTryAt: Nullable(Timestamp),
  },
  { title: 'Skip', examples: [example] },
);
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
    nextTryAt: skip.state === 'open' ? isoOrNull(skip.nextTryAt) : null,
  };
}
