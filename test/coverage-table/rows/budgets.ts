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
      find: 'while (restMs() > 0)',
      replace: 'while (restMs() > 1e12)',
    },
  },
  {
    area: 'budget',
    what: 'small mailboxes are not stuck behind large ones: lanes give way',
    test: {
      file: 'test/crawl/durable-order.test.ts',
      name: 'mailboxes that take long give way to the others, although their lanes could hold every slot',
    },
    mutation: { file: 'activities/mailbox-work.ts', find: 'Date.now() >= turnEndsMs &&', replace: 'Date.now() < 0 &&' },
  },
  {
    area: 'budget',
    what: 'small mailboxes are not stuck behind large ones: the window opens further places',
    test: {
      file: 'workflows/window.test.ts',
      name: 'the sliding window opens further places beside mailboxes that have been at work for long, up to five times its size',
    },
    mutation: { file: 'workflows/window.ts', find: 'window.size + long,', replace: 'window.size,' },
  },
  {
    area: 'budget',
    what: 'a broken mailbox delays nobody',
    test: {
      file: 'test/crawl/durable-order.test.ts',
      name: 'a mailbox that always answers 503, and one that never answers, delay nobody',
    },
    mutation: {
      file: 'workflows/run-window.ts',
      find: 'placesLeft(run) > 0 && !mustHalt(run)',
      replace: 'run.window.inFlight.size < 1 && !mustHalt(run)',
    },
  },
];
