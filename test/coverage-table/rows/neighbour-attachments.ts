import type { CoverageRow } from '../coverage-row.ts';

const file = 'test/crawl/neighbour-attachments.test.ts';
const name = (words: string) => `attachments of several messages ${words}`;

export const neighbourAttachmentRows: readonly CoverageRow[] = [
  {
    area: 'attachment',
    what: 'those of several messages in one request',
    test: { file, name: name('come in one request') },
    mutation: {
      file: 'activities/take-neighbours.ts',
      find: 'if (taken.length < 2) return [];',
      replace: 'if (taken.length > 0) return [];',
    },
  },
  {
    area: 'attachment',
    what: 'inline pictures alone, which hasAttachments does not tell, too',
    test: { file, name: name('do so where messages have inline pictures alone, and others none at all') },
    mutation: {
      file: 'activities/read-neighbours.ts',
      find: 'const attachedOnly = group.every((message) => message.hasAttachments);',
      replace: 'const attachedOnly = true;',
    },
  },
  {
    area: 'attachment',
    what: 'more on a message than an expansion gives',
    test: { file, name: name('of a message with more of them than an expansion gives are read whole') },
    mutation: {
      file: 'graph/operations/list-with-attachments.ts',
      find: 'const mostExpanded = 20;',
      replace: 'const mostExpanded = 200;',
    },
  },
  {
    area: 'attachment',
    what: 'too large together: asked for in smaller answers, and then singly',
    test: { file, name: name('too large for one answer come in smaller ones, and what is too large alone is streamed: nothing is lost') },
    mutation: {
      file: 'activities/read-neighbours.ts',
      find: 'if (meetsAll(error)) throw error;',
      replace: 'throw error;',
    },
  },
  {
    area: 'change',
    what: 'A message that goes, moves or changes while attachments of several are on their way',
    test: { file, name: name('are those of what is live: one deleted, one moved and one changed while the request was on its way') },
    mutation: {
      file: 'activities/read-attachments.ts',
      find: 'for (const message of notRead?.singly ?? []) await readSingly(message);',
      replace:
        'for (const message of notRead?.singly ?? []) await settle(message, async () => ({ attachments: [], at: mailbox.gate.sentAt() }));',
    },
  },
  {
    area: 'fault',
    what: 'An attachment that cannot be opened spoils no other message’s',
    test: { file, name: name('of a message that Exchange cannot open are a skip of its own; its neighbours come through') },
    mutation: {
      file: 'activities/read-neighbours.ts',
      find: "error instanceof AnswerTooLargeError || (error as GraphError).class === 'malformedItem';\n      if (byItem) groupSize.halve();",
      replace:
        "error instanceof AnswerTooLargeError;\n      if ((error as GraphError).class === 'malformedItem') throw error;\n      if (byItem) groupSize.halve();",
    },
  },
];
