import type { CoverageRow } from '../coverage-row.ts';

const sharing = {
  file: 'test/crawl/durable-budgets.test.ts',
  name: 'two sources and two workers use up what a mailbox allows in its window, and never go beyond it',
};

export const budgetRows: readonly CoverageRow[] = [
  {
    area: 'budget',
    what: 'requests in a window per app and mailbox, over sources and workers',
    test: sharing,
    mutation: { file: 'store/budgets.ts', find: "{ $lt: ['$$left', '$$size'] }", replace: "{ $lt: ['$$left', -100_000] }" },
  },
  {
    area: 'budget',
    what: 'requests in flight per app and mailbox, over sources and workers',
    test: {
      file: 'test/crawl/durable-sharing.test.ts',
      name: 'two sources over one organisation and two workers share the four requests that a mailbox may have in flight',
    },
    mutation: { file: 'store/budgets.ts', find: "{ $size: '$places' }, limits.inFlight]", replace: "{ $size: '$places' }, 1_000]" },
  },
  {
    area: 'budget',
    what: 'limits above those of Exchange are refused',
    test: {
      file: 'worker/settings.test.ts',
      name: 'limits beyond those of Exchange are refused, also when a short window hides them',
    },
    mutation: { file: 'worker/settings.ts', find: 'if (excess === null) return limits;', replace: 'return limits;' },
  },
  {
    area: 'budget',
    what: 'Retry-After to the fraction of a second',
    test: {
      file: 'test/crawl/durable-faults.test.ts',
      name: 'a mailbox is left alone for as long as Retry-After says, while the others go on',
    },
    mutation: {
      file: 'activities/mailbox-gate.ts',
      find: 'while (restMs() > 0) await',
      replace: 'while (restMs() > 1e12) await',
    },
  },
];
