import type { CoverageRow } from '../coverage-row.ts';

const empty = 'test/crawl/empty-folders.test.ts';

export const benchRows: readonly CoverageRow[] = [
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
  {
    area: 'attachment',
    what: 'files left unread for want of readers are said so, and read once there are some',
    test: {
      file: 'test/crawl/unread-files.test.ts',
      name: 'without readers a file is hashed and named, and says why it has no words; with readers again it is read',
    },
    mutation: { file: 'store/attachments-read.ts', find: 'if (readsWords) await markUnread', replace: 'if (!readsWords) await markUnread' },
  },
];
