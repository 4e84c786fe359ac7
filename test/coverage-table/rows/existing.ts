import type { CoverageRow } from '../coverage-row.ts';

// Names as vitest reports them.
const changes = 'test/crawl/changes.test.ts';

const folders: readonly CoverageRow[] = [
  {
    area: 'folder',
    what: 'Search folders are never read',
    test: {
      file: 'activities/folder-tree.test.ts',
      name: 'the folder tree does not read search folders and hidden ones, but reads what hangs below a hidden one',
    },
    mutation: { file: 'activities/folder-rules.ts', find: "      if (folder.search) return 'search';\n", replace: '' },
  },
  {
    area: 'folder',
    what: 'Folders that do not hang below the root are told apart, and confirmed before they end',
    test: {
      file: 'activities/folder-tree.test.ts',
      name: 'the folder tree names folders that do not hang below the root: removed, orphaned and circling ones',
    },
    mutation: {
      file: 'activities/folder-tree.ts',
      find: 'outOfReach: streams.filter((stream) => !placed.has(stream._id)),',
      replace: 'outOfReach: [],',
    },
  },
  {
    area: 'folder',
    what: 'Messages follow a folder that is renamed, moved or deleted softly',
    test: { file: changes, name: 'a folder that was renamed, moved or soft deleted takes its messages along' },
    mutation: { file: 'store/stream-paths.ts', find: 'const isMoved = stream.path !== path;', replace: 'const isMoved = false;' },
  },
];

const items: readonly CoverageRow[] = [
  {
    area: 'message',
    what: 'A partial update changes what it names and keeps the rest',
    test: { file: 'test/store/pages.test.ts', name: 'a partial update changes the named fields alone' },
    mutation: {
      file: 'store/document-merge.ts',
      find: 'return whole ? given : (changedFields(stored, given as StoredDocument) as DocumentContent);',
      replace: 'return whole ? given : {};',
    },
  },
  {
    area: 'attachment',
    what: 'Inline images that Graph does not count as attachments are read as well',
    test: {
      file: 'activities/map-message.test.ts',
      name: 'mapping a message asks for attachments when only inline images hang on it',
    },
    mutation: { file: 'activities/map-message.ts', find: " && !body.includes('cid:')", replace: '' },
  },
  {
    area: 'calendar',
    what: 'A calendar that a colleague shares is named with its owner, and not read',
    test: { file: 'activities/own-calendars.test.ts', name: 'calendars of a mailbox are named and not read when shared by a colleague' },
    mutation: { file: 'activities/own-calendars.ts', find: 'owner === null || (isMine', replace: 'owner !== undefined || (isMine' },
  },
];

const movements: readonly CoverageRow[] = [
  {
    area: 'change',
    what: 'A message that moved to another folder stays one document',
    test: {
      file: 'store/document-merge.test.ts',
      name: 'what streams say of an item is live exactly while the newest word of some stream shows it, in the folder shown last',
    },
    mutation: { file: 'store/slots.ts', find: 'slot.asOf > newest.slot.asOf ||', replace: 'slot.asOf < newest.slot.asOf ||' },
  },
  {
    area: 'change',
    what: 'A message that moved away and back, which delta never tells again, is still there',
    test: {
      file: 'test/crawl/changes-with-oddities.test.ts',
      name: 'a message moved away and back between two cycles is not lost, and is heard of when it changes',
    },
    mutation: {
      file: 'activities/confirm-removals.ts',
      find: 'return { found: mapMessage(message, { mime: mailbox.policy.originalMime }), folderId: message.parentFolderId ?? null };',
      replace: "return 'gone';",
    },
  },
  {
    area: 'change',
    what: 'A message that was deleted for good is erased, from search too',
    test: { file: changes, name: 'a message that was hard deleted is erased with its attachments, also from search' },
    mutation: { file: 'store/removals.ts', find: '  await search.deleteOne({ _id }, { session });\n', replace: '' },
  },
  {
    area: 'change',
    what: 'What a new generation has not shown at its end has lost its place',
    test: { file: 'test/store/pages.test.ts', name: 'a new generation clears, at its end, the slots of what it did not show' },
    mutation: {
      file: 'store/page-writer.ts',
      find: "stream.method === 'delta' && cursor.at === 'rest' && stream.generation > 1",
      replace: "stream.method === 'list' && cursor.at === 'rest' && stream.generation > 1",
    },
  },
];

const rest: readonly CoverageRow[] = [
  {
    area: 'skip',
    what: 'An item that MongoDB refuses is a skip, and its page is stored',
    test: {
      file: 'test/store/refused-and-large.test.ts',
      name: 'a document that MongoDB refuses becomes a skip and does not hold up its page',
    },
    mutation: {
      file: 'store/page-writer.ts',
      find: 'skips: [...(page.skips ?? []), skip],',
      replace: 'skips: page.skips ?? [],',
    },
  },
  {
    area: 'skip',
    what: 'A skip that a person has accepted stays accepted',
    test: { file: 'test/store/refused-and-large.test.ts', name: 'a skip that a person accepted stays accepted' },
    mutation: { file: 'store/skips.ts', find: "'accepted', 'open'] }", replace: "'open', 'open'] }" },
  },
  {
    area: 'budget',
    what: 'A mailbox has at most four requests in flight, over all processes',
    test: { file: 'test/store/budgets.test.ts', name: 'places never exceed four while holders come, renew and go' },
    mutation: { file: 'store/budgets.ts', find: '{ $lt: [{ $size: ', replace: '{ $lte: [{ $size: ' },
  },
  {
    area: 'budget',
    what: 'No more requests are reserved than ten minutes allow',
    test: { file: 'test/store/budgets.test.ts', name: 'blocks never add up to more than the window allows, whoever reserves at once' },
    mutation: { file: 'store/budgets.ts', find: "{ $lt: ['$$left', '$$size'] }", replace: "{ $lt: ['$$left', -1_000_000] }" },
  },
];

/** What was shown before there was a table. */
export const existingRows: readonly CoverageRow[] = [...folders, ...items, ...movements, ...rest];
