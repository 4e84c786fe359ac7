import type { CoverageRow } from '../coverage-row.ts';

const fields = 'test/crawl/message-fields.test.ts';
const mapping = 'activities/map-message.test.ts';
const mime = 'test/crawl/mime.test.ts';
const ofMime = 'the original MIME of messages';

export const messageRows: readonly CoverageRow[] = [
  {
    area: 'message',
    what: 'Ids, people, dates, importance, sensitivity, headers and links',
    test: { file: fields, name: 'a stored message has its ids, people, headers, links and marks' },
    mutation: { file: 'activities/map-message.ts', find: '    ...seenFields(message),\n', replace: '' },
  },
  {
    area: 'message',
    what: 'Replies and references, read of the headers',
    test: { file: mapping, name: 'what a message says beyond its words is read of its headers, once' },
    mutation: { file: 'activities/read-headers.ts', find: "case 'references':", replace: "case 'no-such-header':" },
  },
  {
    area: 'message',
    what: 'Bounded headers, which say when they were cut',
    test: {
      file: mapping,
      name: 'what a message says beyond its words is bounded, and says when headers were cut, without missing what stands behind',
    },
    mutation: { file: 'activities/read-headers.ts', find: 'headers: 250,', replace: 'headers: 250_000,' },
  },
  {
    area: 'message',
    what: 'A partial update leaves headers and links as they were',
    test: { file: mapping, name: 'what a message says beyond its words is left as it was when headers were not told' },
    mutation: {
      file: 'activities/map-message.ts',
      find: 'if (headers === undefined) return {};',
      replace: 'if (headers === undefined) return readHeaders(null).fields;',
    },
  },
  {
    area: 'message',
    what: 'Flags with start, due and completed dates; receipts asked for; focused or other',
    test: {
      file: mapping,
      name: 'what a message says beyond its words has the dates of its flag, what was asked of the reader, and how Outlook sorted it',
    },
    mutation: { file: 'activities/map-message.ts', find: 'flagDueAt: toInstant(flag?.dueDateTime ?? null)', replace: 'flagDueAt: null' },
  },
  {
    area: 'message',
    what: 'Links of the body, found by search',
    test: { file: fields, name: 'a stored message is found by where its links lead, and is answered with its fields' },
    mutation: { file: 'store/search-entry.ts', find: "[words ?? '', ...links]", replace: "[words ?? '']" },
  },
  {
    area: 'message',
    what: 'S/MIME seen in headers',
    test: { file: mapping, name: 'what a message says beyond its words shows encryption of S/MIME in its headers' },
    mutation: { file: 'contract/protection.ts', find: "text.includes('enveloped-data') ||", replace: 'false ||' },
  },
  {
    area: 'message',
    what: 'PGP seen in the body, and nothing claimed of words about it',
    test: {
      file: mapping,
      name: 'what a message says beyond its words shows the armour of PGP in its body, and claims nothing of a body that only speaks of it',
    },
    mutation: {
      file: 'contract/protection.ts',
      find: "if (!body.includes('-----BEGIN PGP ')) return [];",
      replace: "if (body.includes('')) return [];",
    },
  },
  {
    area: 'message',
    what: 'Signatures and rights protection seen in attachments',
    test: { file: fields, name: 'a stored message says what encryption and signatures were seen, and where' },
    mutation: { file: 'store/attachment-writer.ts', find: '  await keepAttachmentProtection(db, session, unchanged);\n', replace: '' },
  },
  {
    area: 'message',
    what: 'Meeting requests, answers and cancellations with their meeting',
    test: {
      file: fields,
      name: 'a stored message about a meeting has times, place, kind and answer, and says that the mailbox has no event of it',
    },
    mutation: { file: 'activities/map-message.ts', find: '    meeting: mapMeeting(message),\n', replace: '' },
  },
  {
    area: 'message',
    what: 'The event behind a meeting, without a request of its own',
    test: { file: fields, name: 'a stored message about a meeting whose event is there names the event, its uid and its organiser' },
    mutation: { file: 'graph/operations/message-query.ts', find: ', $expand: meetingExpand }', replace: ' }' },
  },
  {
    area: 'message',
    what: 'A service that refuses what meetings have beyond messages',
    test: {
      file: 'graph/operations.test.ts',
      name: 'what meetings have beyond messages is asked for with them, and no more where it is refused',
    },
    mutation: { file: 'graph/operations/yielding-query.ts', find: 'error.status !== 400', replace: 'error.status !== 499' },
  },
  {
    area: 'message',
    what: 'Copies of Teams chats',
    test: { file: fields, name: 'a stored message that is a copy of a chat is a message like others' },
    mutation: { file: 'activities/map-message.ts', find: '    ...mapBody(message.body),\n', replace: '' },
  },
  {
    area: 'record',
    what: 'Source, dataset, country, mailbox, crawl, first and last seen on every document',
    test: {
      file: fields,
      name: 'every document names its source, dataset, country, mailbox and crawl, and when it was first and last seen',
    },
    mutation: { file: 'activities/source-context.ts', find: 'country: source.country', replace: "country: 'XX'" },
  },
  {
    area: 'message',
    what: 'Original MIME only where the source keeps it',
    test: { file: mime, name: `${ofMime} is not asked for by a source that does not keep it` },
    mutation: {
      file: 'activities/delta-writes.ts',
      find: 'const write = mapMessage(item.item, { mime: mailbox.policy.originalMime });',
      replace: 'const write = mapMessage(item.item, { mime: true }); mailbox.policy.originalMime = true;',
    },
  },
  {
    area: 'message',
    what: 'Original MIME filled in when it is switched on',
    test: { file: mime, name: `${ofMime} is filled in for every stored message once the source keeps it, each read once` },
    mutation: { file: 'store/mimes.ts', find: 'if (isKept) {', replace: 'if (false) {' },
  },
];

export const mimeRows: readonly CoverageRow[] = [
  {
    area: 'message',
    what: 'Original MIME streamed to GridFS and handed out',
    test: {
      file: mime,
      name: `${ofMime} of a message that arrives is kept byte by byte, with size and hash, and handed out to those who may see it`,
    },
    mutation: { file: 'store/mime-files.ts', find: 'if (heldBytes > 0) await flush', replace: 'if (heldBytes > 1e9) await flush' },
  },
  {
    area: 'skip',
    what: 'MIME that breaks off',
    test: { file: mime, name: `${ofMime} that breaks off is a skip, leaves nothing behind, and ends no lane` },
    mutation: {
      file: 'activities/read-mimes.ts',
      find: "throw isBroken ? new GraphError({ operation, code: 'TrawlMimeBrokenOff', status: error.status }) : error;",
      replace: 'throw error;',
    },
  },
  {
    area: 'change',
    what: 'MIME erased with its message',
    test: { file: mime, name: `${ofMime} goes with a message that was deleted for good` },
    mutation: { file: 'store/removals.ts', find: '  if (stored.mime) await eraseMimes(db, session, [_id]);\n', replace: '' },
  },
];
