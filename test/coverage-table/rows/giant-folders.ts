import type { CoverageRow } from '../coverage-row.ts';

const spans = 'test/store/spans.test.ts';
const giant = 'test/crawl/giant-folder.test.ts';

export const giantFolderRows: readonly CoverageRow[] = [
  {
    area: 'folder',
    what: 'A giant folder is divided by time of receipt in its first reading, and stored whole',
    test: { file: giant, name: 'a giant folder is divided in its first reading, and stored whole' },
    mutation: { file: 'activities/prepare-mailbox.ts', find: '  await divideFolders(work, streams);\n', replace: '' },
  },
  {
    area: 'folder',
    what: 'All lanes of a mailbox read a divided folder side by side',
    test: { file: spans, name: 'a divided folder is read by several lanes, each in a span of its own' },
    mutation: { file: 'store/streams.ts', find: '{ spansLeft: { $gt: 0 } }, ', replace: '' },
  },
  {
    area: 'fault',
    what: 'A lane that was given up can write nothing more of its span',
    test: { file: spans, name: 'a divided folder refuses the page of a lane whose span was taken by its next attempt' },
    mutation: {
      file: 'store/span-pages.ts',
      find: '({ _id: spanId, lease, sequence })',
      replace: '({ _id: spanId, ...(lease < 0 ? { lease, sequence } : {}) })',
    },
  },
  {
    area: 'change',
    what: 'A lost delta of a giant folder reads only what differs',
    test: {
      file: giant,
      name: 'a giant folder is held against its ids and change keys when its delta is lost: what is stored is not read again, what has gone goes',
    },
    mutation: { file: 'activities/read-delta-page.ts', find: 'isGiant(mailbox.settings, stream)', replace: 'false' },
  },
  {
    area: 'change',
    what: 'Many changes of one time in a giant folder cost one list',
    test: { file: giant, name: 'a giant folder has single changes read singly, and many of one time by one list of that time' },
    mutation: { file: 'activities/read-missing.ts', find: 'missing.length < leastTogether', replace: 'missing.length >= 0' },
  },
];
