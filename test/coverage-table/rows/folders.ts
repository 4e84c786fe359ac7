import type { CoverageRow } from '../coverage-row.ts';

const file = 'test/crawl/folder-rules.test.ts';
const rules = 'activities/folder-rules.ts';

/** Folders: which are read, and what becomes of the rest. */
export const folderRows: readonly CoverageRow[] = [
  {
    area: 'folder',
    what: 'Excluded by path, with all below: hidden at once, asked for no more; back without being read again',
    test: {
      file,
      name: 'a folder that the policy excludes is hidden at once with all below it and asked for no more; included again, it comes back without being read again',
    },
    mutation: { file: 'store/stream-paths.ts', find: '  await holdSlots(db, stream, await serverTime(db));\n', replace: '' },
  },
  {
    area: 'folder',
    what: 'Moved below an excluded folder, and out of it',
    test: { file, name: 'a folder that the policy excludes takes in what is moved below it, and gives back what is moved out of it' },
    mutation: { file: rules, find: 'excluded: parent?.excluded ?? false', replace: 'excluded: false' },
  },
  {
    area: 'folder',
    what: 'Changed while excluded: deletions and moves are true when it is read again',
    test: { file, name: 'a folder that the policy excludes shows neither what was deleted nor what left it while it was excluded' },
    mutation: { file: 'store/stream-paths.ts', find: '  await restoreSlots(db, stream, await serverTime(db));\n', replace: '' },
  },
  {
    area: 'folder',
    what: 'Well-known name in any language; a folder moved into Deleted Items goes on there',
    test: { file, name: 'a well-known folder is excluded by its name in any language, asked for once; moved into it, a folder goes too' },
    mutation: { file: rules, find: 'at.id === idOf(rule.from)', replace: 'at.name === rule.from' },
  },
  {
    area: 'folder',
    what: 'Included by policy: those alone, new ones below too; the rest is counted',
    test: {
      file,
      name: 'folders that the policy includes are read alone, new ones below them too, and the mailbox says how many are not',
    },
    mutation: { file: rules, find: "return node.included ? null : 'notIncluded';", replace: 'return null;' },
  },
  {
    area: 'folder',
    what: 'Hidden folders by choice',
    test: { file, name: 'hidden folders are read by choice, and hidden again without a look when the choice is taken back' },
    mutation: { file: rules, find: 'folder.hidden && !policy.folders.hidden', replace: 'folder.hidden' },
  },
  {
    area: 'folder',
    what: 'A folder that Graph describes otherwise than documented is said, and nothing is removed meanwhile',
    test: {
      file: 'test/crawl/malformed-folder.test.ts',
      name: 'a folder that Graph describes otherwise than documented blocks its mailbox with the reason, while all others are read and nothing is removed',
    },
    mutation: { file: 'activities/sync-folders.ts', find: 'isWhole &&= read.page.malformed.length === 0;', replace: '' },
  },
  {
    area: 'folder',
    what: 'Search folders never',
    test: { file, name: 'a search folder is never read, whatever is included' },
    mutation: { file: rules, find: "      if (folder.search) return 'search';\n", replace: '' },
  },
  {
    area: 'folder',
    what: 'A chain of 300 folders, renamed at its top',
    test: { file, name: 'a chain of 300 folders is read to its end, and follows a new name at its top' },
    mutation: { file: 'activities/folder-tree.ts', find: '      open.push({ node, path, leftOut: above.leftOut });\n', replace: '' },
  },
  {
    area: 'folder',
    what: 'Recoverable Items by choice',
    test: { file, name: 'Recoverable Items are read by choice under paths of their own, and hidden when the choice is taken back' },
    mutation: { file: 'activities/recoverable-items.ts', find: 'changed: await listFolders(mailbox, id)', replace: 'changed: false' },
  },
  {
    area: 'folder',
    what: 'Renamed, moved and soft deleted folders take their messages along',
    test: {
      file: 'test/crawl/changes.test.ts',
      name: 'a folder that was renamed, moved or soft deleted takes its messages along',
    },
    mutation: { file: 'store/stream-paths.ts', find: 'const isMoved = stream.path !== path;', replace: 'const isMoved = false;' },
  },
  {
    area: 'folder',
    what: 'Hard deleted folder: erased with what it held',
    test: { file: 'test/crawl/changes.test.ts', name: 'a folder that was hard deleted is erased with what it held' },
    mutation: {
      file: 'activities/end-folder-if-gone.ts',
      find: "error.class !== 'notFound'",
      replace: "error.class === 'notFound'",
    },
  },
];
