import type { ApiKey } from '../contract/api-key.ts';
import type { Crawl, Cycle } from '../contract/crawl.ts';
import type { Credential, Endpoints } from '../contract/credential.ts';
import type { GivenLogin } from '../contract/credential-login.ts';
import type { CredentialTestReport } from '../contract/credential-test.ts';
import type { Dataset } from '../contract/dataset.ts';
import type { DocumentContent, RemovalReason } from '../contract/document.ts';
import type { ScopeReport } from '../contract/scope-report.ts';
import type { LeftOutReason } from '../contract/mailbox-class.ts';
import type { Cursor, ListWalk, Stream, StreamCalendar, StreamCounts, StreamFolder } from '../contract/stream.ts';
import type { Counts } from '../contract/workflow/counts.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import type { SourceStateWrite } from './source-types.ts';

/** What the crawl asks of the store. Each part is made by a factory of its own (createStreams, createPages, …). */

export type * from './attachment-types.ts';
export type * from './connection-test-types.ts';
export type * from './credential-test-types.ts';
export type * from './document-types.ts';
export type * from './mailbox-types.ts';
export type * from './source-types.ts';

export interface MailboxAt {
  sourceId: string;
  mailboxId: string;
}

/** A directory user as a mailbox candidate. */
export interface ClaimQuery extends MailboxAt {
  pass: number;
  lane: number;
  /** Ids of streams that are not to be taken. */
  except?: readonly string[];
  /** `<crawlId>/<cycle>`: folders never read that Graph has called empty in it are not taken. */
  exceptEmptyOf?: string | null;
}

export interface CalendarFound {
  graphId: string;
  name: string;
}

export interface StreamStore {
  list(at: MailboxAt): Promise<Stream[]>;
  /** The mailbox's stream of folders; made at first use. Taking it raises its lease. */
  takeFolders(at: MailboxAt): Promise<Stream>;
  /** Writes paths and whether each folder is crawled, after a sync of the tree; documents follow a changed path. */
  setTree(
    change: MailboxAt & { folders: { streamId: string; path: string; crawled: boolean; leftOut?: LeftOutReason | null }[] },
  ): Promise<void>;
  /** Makes and changes streams of folders that were listed, outside of a round of delta. */
  setFolders(change: MailboxAt & { folders: FolderWrite[] }): Promise<void>;
  /** Makes streams for calendars that are new, renames, and returns streams of calendars that are listed no more. */
  setCalendars(change: MailboxAt & { calendars: CalendarFound[] }): Promise<{ unlisted: Stream[] }>;
  /**
   * Takes the largest stream that is not read in this pass and not claimed by another lane of it; raises its lease. One that
   * is divided can be taken by several lanes, each for spans of it.
   */
  claimNext(query: ClaimQuery): Promise<Stream | null>;
  /** Starts a new generation from nothing, on condition that lease and sequence still hold; null when they do not. */
  restart(stream: Stream, reason: string | null, how?: { keysOnly: boolean }): Promise<Stream | null>;
  /** Gives the stream up for this pass, with a code of contract/errors.ts. */
  fail(change: { stream: Stream; pass: number; code: string }): Promise<void>;
  /** Ends a stream whose folder or calendar is confirmed gone: its slots are cleared as of `asOf`. */
  end(change: { stream: Stream; asOf: Date }): Promise<void>;
  /** Raises the lease of every stream, so that no lane of before can write; frees claims. */
  raiseLeases(at: MailboxAt): Promise<void>;
  /** Reads it by list from now on, on condition that the lease still holds; null when it does not. */
  readByList(change: { stream: Stream; reason: string; at: Date }): Promise<Stream | null>;
  /** Delta was tried in vain. */
  noteDeltaTried(change: { stream: Stream; at: Date }): Promise<void>;
  /** Clears slots that a list walk begun at `startedAt` has put in doubt and nothing has shown since; returns how many. */
  clearDoubted(change: { stream: Stream; startedAt: Date; asOf: Date }): Promise<number>;
  /** Clears slots of documents in other folders that a proven walk begun at `startedAt` has not shown; returns how many. */
  clearStray(change: { stream: Stream; startedAt: Date; asOf: Date }): Promise<number>;
  /** The policy's time of receipt from which on the stream is read by now. */
  setReceivedFrom(change: { streamId: string; receivedFrom: Date | null }): Promise<void>;
  setCounts(change: { streamId: string; counts: StreamCounts }): Promise<void>;
  /** How many live documents each of the mailbox's streams shows, by its number; kept ones count for their folder's. */
  countShown(at: MailboxAt): Promise<Map<number, number>>;
}

/** A span that a lane has taken. */
export interface TakenSpan {
  id: string;
  /** The folder's stream, with lease, sequence and walk of the span. */
  stream: Stream;
  from: Date | null;
  before: Date | null;
}

export interface SpanStore {
  /**
   * Divides a folder at these times of receipt, on condition that lease and sequence of its stream still hold; false when
   * they do not. From then on it is read by its spans, and after them by ids and change keys in a new generation.
   */
  divide(change: { stream: Stream; from: Date | null; bounds: readonly Date[] }): Promise<boolean>;
  /** Takes a span that no other lane of this pass has; null when there is none. */
  claim(query: { stream: Stream; pass: number; lane: number }): Promise<TakenSpan | null>;
  /** Gives the span up for this pass, with a code of contract/errors.ts. */
  fail(change: { span: TakenSpan; pass: number; code: string }): Promise<void>;
}

export interface DocumentUpsert {
  op: 'upsert';
  kind: 'message' | 'event';
  graphId: string;
  content: DocumentContent;
  /** Null when Graph did not say (a partial update): then the time of asking decides alone. */
  lastModifiedAt: Date | null;
  /** False for a partial update: applied when the document is stored with content, else `partialMissing` names it. */
  whole: boolean;
  contentHash: string | null;
  /** Changes when attachments must be read (again); null: the message has none; undefined: not told. */
  attachmentsKey?: string | null;
  /** Changes when the MIME form does; undefined where it is not kept, or nothing is told of it. */
  mimeKey?: string;
}
export interface DocumentGone {
  op: 'gone';
  graphId: string;
}
export type DocumentWrite = DocumentUpsert | DocumentGone;

export type FolderWrite = { graphId: string; folder: StreamFolder } | { graphId: string; folder: null };

export interface SkipWrite {
  graphId: string;
  code: string;
  words: string;
}

export interface PageWrite {
  /** As it was taken; lease and sequence must still hold. */
  stream: Stream;
  /** The pass in which the stream is read to its end when `cursor.at` is `rest`. */
  pass: number;
  cursor: Cursor;
  /** When the request of this page was sent. */
  asOf: Date;
  documents: DocumentWrite[];
  /** Ids of stored documents that the page shows as they are: present in this stream, in its folder. */
  unchanged?: readonly string[];
  /** The span that the page is of: `stream` holds its lease and sequence then, and a `list` of null ends it. */
  spanId?: string;
  folders?: FolderWrite[];
  /** What the calendar's stream remembers from then on. */
  calendar?: StreamCalendar;
  skips?: SkipWrite[];
  /** Where a walk of the folder's list is behind this page; null: it is over. */
  list?: ListWalk | null;
  /** Present documents that the list did not name where it should. */
  doubted?: string[];
  /** When the stream's end was asked for, where that is not `asOf`. */
  restAsOf?: Date | null;
  context: { datasetId: string; country: string; crawlId: string };
}

/** What tells whether a stored event is still as Graph has it, and as the policy wants it. */
export interface PresentEvent {
  changeKey: string | null;
  busyOnly: boolean;
  sensitivity: string | null;
  /** The series of a changed occurrence; null for all other events. */
  exceptionOf: string | null;
  startAt: Date | null;
}

export interface StoredState {
  changeKey: string | null;
  /** The stream shows it, its folder is the stream's, and nothing hides it. */
  present: boolean;
  /** It holds content and was not removed. */
  held: boolean;
  /** An open skip stands for it that is not due yet. */
  skipped: boolean;
}

export interface PageStore {
  /** All events that a calendar's slot shows as present, by Graph id. */
  presentEvents(query: MailboxAt & { streamNumber: number }): Promise<Map<string, PresentEvent>>;
  /**
   * Writes a page and the stream's cursor in one transaction. Null when the stream was taken by another lane meanwhile:
   * then nothing is written. Otherwise the stream as it is now.
   */
  write(page: PageWrite): Promise<Stream | null>;
  /**
   * Of these ids, those whose documents the stream shows in its present generation: only into these may a partial
   * update be merged. What the stream had called gone may have changed unseen meanwhile.
   */
  shownBy(query: { stream: Stream; graphIds: string[] }): Promise<Set<string>>;
  /** What is stored of these ids: the change key, whether the stream shows it, and whether it is to be read again now. */
  statesOf(query: { stream: Stream; graphIds: string[] }): Promise<Map<string, StoredState>>;
  /** Ids of present documents of the folder received in a range of time: from inclusive, to exclusive. */
  receivedIn(query: { stream: Stream; from: Date | null; to: Date | null }): Promise<string[]>;
  /** Ids and change keys of all documents that a stream's slot shows as present. */
  presentIn(query: MailboxAt & { streamNumber: number }): Promise<Map<string, string | null>>;
}

export interface UnseenDocument {
  _id: string;
  graphId: string;
  kind: 'message' | 'event';
  unseenSince: Date;
  looks: number;
  /** Folder or calendar that held it last. */
  folderId: string | null;
  /** Graph's id of a changed occurrence, by which alone it can be asked for. */
  occurrenceId: string | null;
}

export interface RemovalStore {
  /** Documents without a present slot since before `settledAt` (exclusive), whose next look is due, oldest first. */
  unseen(query: MailboxAt & { settledAt: Date; now: Date; limit: number }): Promise<UnseenDocument[]>;
  /** Makes a removal final, on condition that nothing has shown the item since; `deleted` erases content at once, and so does `erase`. */
  confirm(change: { document: UnseenDocument; reason: RemovalReason; at: Date; erase?: boolean }): Promise<boolean>;
  /** Keeps what a look found in a crawled folder, with its content, to be looked at again at growing distance. */
  keep(change: { document: UnseenDocument; found: DocumentUpsert; folder: { id: string; path: string }; asOf: Date }): Promise<boolean>;
}

export interface ErasureStore {
  /** Erases the content of some documents that have been hidden since before then; returns how many, 0 when none is left. */
  eraseHidden(query: { sourceId: string; hiddenBefore: Date; at: Date }): Promise<number>;
}

export interface ScopeStore {
  /** Keeps how the scope was resolved, in the cycle's and in the source's record. */
  report(change: { sourceId: string; crawlId: string; cycle: number; report: ScopeReport }): Promise<void>;
  /** Keeps which scope and narrowing were taken last. */
  take(change: { sourceId: string; scopeTaken: string }): Promise<void>;
}

export interface PlaceGrant {
  /** MongoDB's time of the grant: the clock that leases go by. */
  now: Date;
  until: Date;
  notBefore: Date;
}
export interface BlockGrant {
  id: string;
  requests: number;
  now: Date;
  sendUntil: Date;
}
export interface UsedBlock {
  blockId: string;
  /** Requests of it that were sent. */
  used: number;
}
export interface BudgetStore {
  /** Takes or renews one of the mailbox's places; null when all are held by others. */
  holdPlace(query: { budgetId: string; holder: string }): Promise<PlaceGrant | null>;
  releasePlace(query: { budgetId: string; holder: string }): Promise<void>;
  /** Reserves requests, closing the holder's block of before; says `freeAt`, when to ask again, when the window is full. */
  reserve(query: { budgetId: string; blockId: string; closing?: UsedBlock }): Promise<BlockGrant | { full: true; freeAt: Date; now: Date }>;
  /** Gives back what a block did not use. Its requests were all answered or given up: they count from now on. */
  close(query: UsedBlock & { budgetId: string }): Promise<void>;
  /** Nobody sends to this mailbox for `waitMs` from now, by MongoDB's clock. */
  holdBack(query: { budgetId: string; waitMs: number }): Promise<void>;
}

export interface SearchStore {
  /** Indexes up to `limit` marked documents, removes those that are gone; returns how many. */
  indexBatch(limit: number): Promise<number>;
  /** Age of the oldest document that waits to be indexed, and how many wait (counted up to 10,000). */
  lag(): Promise<{ oldestMs: number; waiting: number }>;
}

/** What the API asks of the store: records by id, and lists paged by key. */

/** The page of a list by `_id`, ascending, after (exclusive) a key; `limit` records at most. */
export interface KeyPage {
  after: string | null;
  limit: number;
}

export interface DatasetStore {
  /** Throws when the name is taken (error code 11000, as MongoDB says it). */
  create(dataset: Dataset): Promise<void>;
  get(id: string): Promise<Dataset | null>;
  findByName(name: string): Promise<Dataset | null>;
  list(page: KeyPage): Promise<Dataset[]>;
  /** Sets `updatedAt` too; null when there is no such dataset. */
  /** Null when there is no such dataset, or it has another revision than these. */
  update(id: string, change: Partial<Pick<Dataset, 'name' | 'groups'>>, under?: readonly number[]): Promise<Dataset | null>;
  /** Ids of all datasets that one of these groups may see. */
  visibleTo(groupIds: readonly string[]): Promise<string[]>;
}

export type NewCredential = Omit<
  Credential,
  'kind' | 'sealedSecret' | 'certificate' | 'tokenFile' | 'expiresAt' | 'revision' | 'recordRevision' | 'lastTest'
> & { login: GivenLogin };

export interface CredentialChange {
  name?: string | undefined;
  tenantId?: string | undefined;
  clientId?: string | undefined;
  endpoints?: Endpoints | undefined;
  login?: GivenLogin;
  /** When the secret that is stored already ends. */
  expiresAt?: Date | null;
}

export interface CredentialStore {
  /** Seals what is secret of the login; what comes back never holds it unsealed. */
  create(credential: NewCredential): Promise<Credential>;
  get(id: string): Promise<Credential | null>;
  list(page: KeyPage): Promise<Credential[]>;
  /** A given login is sealed and raises `revision`. */
  update(id: string, change: CredentialChange, under?: readonly number[]): Promise<Credential | null>;
  /** Every login that ends at a time that is known. */
  ending(): Promise<Pick<Credential, '_id' | 'kind' | 'expiresAt'>[]>;
  /** Keeps what the last test found; changes nothing else of the credential. */
  keepTest(id: string, report: CredentialTestReport): Promise<void>;
  /** The secret itself, or the private key with its certificate, for the Graph client alone. Throws SealError. */
  unseal(credential: Credential): Promise<string>;
}

export interface CrawlStore {
  create(crawl: Crawl): Promise<void>;
  get(id: string): Promise<Crawl | null>;
  /** Newest first: `after` is the last id of the page before. */
  list(page: KeyPage & { sourceId?: string; state?: SourceState }): Promise<Crawl[]>;
  /** Removes a crawl that never began. */
  remove(id: string): Promise<void>;
  /** Written only when the sequence is larger; an ended state sets `endedAt`. */
  writeState(change: SourceStateWrite & { cycle: number; counts: Counts }): Promise<boolean>;
  /** Begins a cycle; false when it was begun before. The record keeps the last 50. */
  openCycle(change: { crawlId: string; number: number; at: Date }): Promise<boolean>;
  /** Ends a cycle, with its final counts and its mailboxes by how they ended; harmless when repeated. */
  closeCycle(change: {
    crawlId: string;
    number: number;
    at: Date;
    completeness: NonNullable<Cycle['completeness']>;
    counts: Counts;
    mailboxes: Record<string, number>;
    reasons?: Record<string, number>;
    skipped?: Record<string, number>;
  }): Promise<boolean>;
}

export interface ApiKeyStore {
  create(key: ApiKey): Promise<void>;
  /** Inserts the first admin key; false when one was ever made, by this process or another. */
  createFirstAdminKey(key: ApiKey): Promise<boolean>;
  get(id: string): Promise<ApiKey | null>;
  list(page: KeyPage): Promise<ApiKey[]>;
  remove(id: string): Promise<boolean>;
  touch(id: string, at: Date): Promise<void>;
}
