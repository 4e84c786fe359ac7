import type { CoverageRow } from '../coverage-row.ts';

const empty = 'test/crawl/empty-folders.test.ts';

export const emptyFolderRows: readonly CoverageRow[] = [
  {
    area: 'change',
    what: 'folders that Graph calls empty are compared without a request',
    test: { file: empty, name: 'a folder that Graph calls empty is compared without being counted, and says that it is whole' },
    mutation: { file: 'activities/compare-counts.ts', find: 'if (isToldEmpty(mailbox, stream)) {', replace: 'if (false) {' },
  },
  {
    area: 'change',
    what: 'folders that Graph calls empty are counted all the same when something is stored of them',
    test: { file: empty, name: 'a folder that Graph calls empty is counted all the same when something is stored of it' },
    mutation: {
      file: 'activities/compare-counts.ts',
      find: 'if (empty.difference === 0) return',
      replace: 'if (empty.graph === 0) return',
    },
  },
];
