import type { IndexDescription } from 'mongodb';
import { idempotencySeconds } from './idempotency.ts';

export type NamedIndex = IndexDescription & { name: string };

/** Words of every document, kept apart from `documents`, where a text index would slow the crawl's writes tenfold. */
const words: NamedIndex = {
  key: { datasetId: 1, subject: 'text', people: 'text', text: 'text' },
  name: 'words',
  weights: { subject: 5, people: 3, text: 1 },
  default_language: 'none',
  // A field called `language` would otherwise choose a stemmer per document, and refuse unknown ones.
  language_override: '_textLanguage',
};

/** What each sorted list ends with, so that pages go on by key. */
const inTime = { at: 1, _id: 1 } as const;

/**
 * One per filter, each in the order of time: whatever is asked together, the list is read in order, from the index of the
 * filter that store/search-plan.ts holds for the narrowest. `byTime` has all that is counted in facets.
 */
const searchIndexes: NamedIndex[] = [
  { key: { datasetId: 1, ...inTime, kind: 1, sourceId: 1, mailboxId: 1, country: 1, attachmentType: 1 }, name: 'byTime' },
  { key: { datasetId: 1, mailboxId: 1, ...inTime, folderPath: 1, kind: 1 }, name: 'ofMailbox' },
  { key: { datasetId: 1, subjectKeys: 1, ...inTime }, name: 'bySubject' },
  { key: { datasetId: 1, peopleKeys: 1, ...inTime }, name: 'byPeople' },
  { key: { datasetId: 1, folderPath: 1, ...inTime }, name: 'inFolder' },
  {
    key: { datasetId: 1, attachmentType: 1, ...inTime },
    name: 'byAttachmentType',
    partialFilterExpression: { attachmentType: { $gt: '' } },
  },
  { key: { datasetId: 1, sourceId: 1, ...inTime }, name: 'ofSource' },
  { key: { datasetId: 1, country: 1, ...inTime }, name: 'byCountry' },
  { key: { datasetId: 1, kind: 1, ...inTime }, name: 'byKind' },
];

/** Any text but an empty one. Said as a range, since the planner does not see that an equality implies `$type`. */
const aText = { $gt: '' };

/** Indexes per collection, each named after the question that it answers. */
export const indexes: Readonly<Record<string, readonly NamedIndex[]>> = {
  datasets: [
    { key: { name: 1 }, name: 'byName', unique: true },
    { key: { 'groups.id': 1 }, name: 'visibleTo' },
  ],
  sources: [
    { key: { datasetId: 1, _id: 1 }, name: 'ofDataset' },
    { key: { credentialId: 1, _id: 1 }, name: 'ofCredential' },
    { key: { state: 1, _id: 1 }, name: 'byState' },
    { key: { startAt: 1 }, name: 'due', partialFilterExpression: { startAt: { $type: 'date' } } },
  ],
  deletedSources: [],
  crawls: [
    { key: { sourceId: 1, _id: -1 }, name: 'ofSource' },
    { key: { state: 1, _id: -1 }, name: 'byState' },
  ],
  mailboxes: [
    { key: { sourceId: 1, mailboxId: 1, closedIn: 1, state: 1 }, name: 'next' },
    { key: { sourceId: 1, state: 1, resolvedIn: 1 }, name: 'byState' },
    { key: { sourceId: 1, class: 1, mailboxId: 1 }, name: 'byClass' },
    { key: { sourceId: 1, archiveOf: 1 }, name: 'archives', partialFilterExpression: { archiveOf: aText } },
  ],
  streams: [{ key: { sourceId: 1, mailboxId: 1, kind: 1, number: 1 }, name: 'ofMailbox' }],
  spans: [
    { key: { streamId: 1, _id: 1 }, name: 'ofStream' },
    { key: { sourceId: 1, mailboxId: 1 }, name: 'ofMailbox' },
  ],
  documents: [
    { key: { sourceId: 1, mailboxId: 1, kind: 1, _id: 1 }, name: 'ofMailbox' },
    { key: { sourceId: 1, mailboxId: 1, folderId: 1, receivedAt: 1 }, name: 'ofFolder' },
    {
      key: { sourceId: 1, mailboxId: 1, unseenSince: 1 },
      name: 'unseen',
      partialFilterExpression: { unseenSince: { $type: 'date' }, removal: null },
    },
    {
      key: { sourceId: 1, 'removal.erasedAt': 1, 'removal.reason': 1, 'removal.at': 1 },
      name: 'hidden',
      partialFilterExpression: { 'removal.at': { $type: 'date' } },
    },
    {
      key: { sourceId: 1, mailboxId: 1, folderId: 1, receivedAt: 1 },
      name: 'attachmentsDue',
      partialFilterExpression: { 'attachments.due': true },
    },
    {
      key: { sourceId: 1, mailboxId: 1, 'mime.claim.pass': 1 },
      name: 'mimesDue',
      partialFilterExpression: { 'mime.due': true },
    },
    { key: { parentId: 1, _id: 1 }, name: 'attachmentsOf', partialFilterExpression: { parentId: aText } },
    { key: { rootId: 1, _id: 1 }, name: 'partsOf', partialFilterExpression: { rootId: aText } },
    {
      key: { 'attachment.sha256': 1, datasetId: 1 },
      name: 'sameFile',
      partialFilterExpression: { 'attachment.sha256': aText, removal: null },
    },
    { key: { indexDueAt: 1 }, name: 'indexDue', partialFilterExpression: { indexDueAt: { $type: 'date' } } },
    {
      key: { datasetId: 1, 'removal.at': 1, _id: 1 },
      name: 'removed',
      partialFilterExpression: { 'removal.at': { $type: 'date' } },
    },
    { key: { internetMessageId: 1 }, name: 'copies', partialFilterExpression: { internetMessageId: aText } },
    { key: { iCalUId: 1 }, name: 'sameEvent', partialFilterExpression: { iCalUId: aText } },
    { key: { 'body.fileId': 1 }, name: 'bodyFile', partialFilterExpression: { 'body.fileId': aText } },
  ],
  skips: [
    { key: { sourceId: 1, state: 1, mailboxId: 1 }, name: 'byState' },
    { key: { sourceId: 1, _id: 1 }, name: 'ofSource' },
    { key: { streamId: 1, state: 1 }, name: 'ofStream' },
  ],
  // Only tidies: a budget that nobody has touched for a day bounds nothing any more.
  budgets: [{ key: { touchedAt: 1 }, name: 'tidy', expireAfterSeconds: 86_400 }],
  // Tests that nobody fetched the report of; a draft's sealed secret goes with them.
  credentialTests: [{ key: { expiresAt: 1 }, name: 'tidy', expireAfterSeconds: 0 }],
  connectionTests: [{ key: { expiresAt: 1 }, name: 'tidy', expireAfterSeconds: 0 }],
  previewMailboxes: [
    { key: { testId: 1, _id: 1 }, name: 'ofTest' },
    { key: { expiresAt: 1 }, name: 'tidy', expireAfterSeconds: 0 },
  ],
  apiKeys: [{ key: { sha256: 1 }, name: 'bySha256', unique: true }],
  callerGroups: [{ key: { expiresAt: 1 }, name: 'tidy', expireAfterSeconds: 0 }],
  // Beside these there is `kept`, whose age is a setting of the API (store/audit.ts): a worker must not set it back.
  audit: [
    { key: { 'caller.id': 1, _id: -1 }, name: 'byCaller' },
    { key: { route: 1, _id: -1 }, name: 'byRoute' },
    { key: { subjectIds: 1, _id: -1 }, name: 'bySubject' },
  ],
  exports: [{ key: { 'caller.id': 1, _id: -1 }, name: 'byCaller' }],
  idempotency: [{ key: { createdAt: 1 }, name: 'tidy', expireAfterSeconds: idempotencySeconds }],
  search: [words, ...searchIndexes],
  marks: [],
  'mimes.files': [
    { key: { documentId: 1 }, name: 'ofDocument' },
    { key: { sourceId: 1, mailboxId: 1 }, name: 'begun', partialFilterExpression: { complete: false } },
  ],
  'mimes.chunks': [{ key: { files_id: 1, n: 1 }, name: 'ofFile', unique: true }],
  'bodies.files': [],
  'bodies.chunks': [{ key: { files_id: 1, n: 1 }, name: 'ofFile', unique: true }],
};
