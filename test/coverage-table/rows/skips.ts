import type { CoverageRow } from '../coverage-row.ts';

const file = 'test/crawl/skips.test.ts';

/** Items that cannot be read, and what becomes of them. */
export const skipRows: readonly CoverageRow[] = [
  {
    area: 'skip',
    what: 'A message that cannot be rendered does not hold up its folder',
    test: {
      file,
      name: 'a message that Exchange cannot render does not hold up its folder: all others are stored, and no folder has failed',
    },
    mutation: {
      file: 'activities/read-message.ts',
      find: 'return readEnvelope(mailbox, { messageId, code, listed });',
      replace: 'throw error;',
    },
  },
  {
    area: 'skip',
    what: 'What could be read of it is stored, and the skip says what is missing',
    test: {
      file,
      name: 'a message that Exchange cannot render is stored with what could be read of it, and its skip says what is missing',
    },
    mutation: {
      file: 'activities/read-message.ts',
      find: 'if (listed?.subject !== undefined) return envelopeOf(mailbox, { message: listed, code });',
      replace: '',
    },
  },
  {
    area: 'skip',
    what: 'A skip is tried again at growing distance, and not before',
    test: { file, name: 'a message that Exchange cannot render is not tried again before its time, and then at growing distance' },
    mutation: { file: 'store/skip-times.ts', find: '[hourMs, 4 * hourMs,', replace: '[0, 0,' },
  },
  {
    area: 'skip',
    what: 'A repaired message is read whole when it is tried again by hand',
    test: {
      file,
      name: 'a message that Exchange cannot render is read whole when it was repaired and is tried again by hand, and its skip is closed',
    },
    mutation: {
      file: 'activities/close-mailbox.ts',
      find: 'await retrySkips(work);',
      replace: 'await Promise.resolve(retrySkips);',
    },
  },
  {
    area: 'skip',
    what: 'The skip of a message that is deleted later is closed as gone',
    test: {
      file,
      name: 'a message that Exchange cannot render that is deleted later has its skip closed as gone, also when nothing of it is stored',
    },
    mutation: {
      file: 'store/page-writer.ts',
      find: 'await closeGone(db, session, { streamId: page.stream._id, ids: gone });',
      replace: 'await Promise.resolve([closeGone, gone]);',
    },
  },
  {
    area: 'skip',
    what: 'A skip that a person accepts keeps nothing from being done',
    test: { file, name: 'a message that Exchange cannot render that a person accepts keeps nothing from being done, and stays accepted' },
    mutation: {
      file: 'store/skips.ts',
      find: "skips.updateMany(chosen(choice, 'open'), { $set: { state: 'accepted' } })",
      replace: "skips.updateMany(chosen(choice, 'open'), { $set: { nextTryAt: null } })",
    },
  },
  {
    area: 'skip',
    what: 'Attachments that could not be opened are read when they are tried again',
    test: { file, name: 'attachments that cannot be opened become a skip of their message, and are read when tried again' },
    mutation: {
      file: 'activities/retry-skips.ts',
      find: 'await store.skips.retryAttachments(at);',
      replace: '',
    },
  },
];
