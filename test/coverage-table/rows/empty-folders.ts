import type { CoverageRow } from '../coverage-row.ts';

const empty = 'test/crawl/empty-folders.test.ts';

export const emptyFolderRows: readonly CoverageRow[] = [
  {
    area: 'change',
    what: 'folders that Graph calls empty are read once in their first cycle',
    test: { file: empty, name: 'a folder that Graph calls empty is first asked for when all others have been read, once' },
    mutation: { file: 'activities/walk-streams.ts', find: 'leavesEmpty: true', replace: 'leavesEmpty: false' },
  },
  {
    area: 'change',
    what: 'messages that arrive in a folder that Graph called empty are stored in the same cycle',
    test: { file: empty, name: 'a message that arrives in a folder after Graph has called it empty is stored in the same cycle' },
    mutation: { file: 'activities/walk-pass.ts', find: 'leavesEmpty ? mailbox.cycleKey : null', replace: 'mailbox.cycleKey' },
  },
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
