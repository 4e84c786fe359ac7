import type { Collection, Db } from 'mongodb';
import type { ApiKey } from '../contract/api-key.ts';
import type { AuditEntry } from '../contract/audit.ts';
import type { Budget } from '../contract/budget.ts';
import type { CallerGroups } from '../contract/caller-groups.ts';
import type { ConnectionTest, PreviewedMailbox } from '../contract/connection-test-record.ts';
import type { Crawl } from '../contract/crawl.ts';
import type { Credential } from '../contract/credential.ts';
import type { CredentialTest } from '../contract/credential-test.ts';
import type { DataKey } from '../contract/data-key.ts';
import type { Dataset } from '../contract/dataset.ts';
import type { DeletedSource } from '../contract/deleted-source.ts';
import type { DocumentKind, StoredDocument } from '../contract/document.ts';
import type { Export } from '../contract/export.ts';
import type { IdempotentRequest } from '../contract/idempotent-request.ts';
import type { Mailbox } from '../contract/mailbox.ts';
import type { Skip } from '../contract/skip.ts';
import type { Source } from '../contract/source.ts';
import type { Span } from '../contract/span.ts';
import type { Stream } from '../contract/stream.ts';

/** What a search needs of one live document: its filters and its words. */
export interface SearchEntry {
  _id: string;
  datasetId: string;
  sourceId: string;
  mailboxId: string;
  kind: DocumentKind;
  country: string;
  folderPath: string | null;
  /** Of receipt, of an event's start, of an attachment's message; else when it was made or first seen. */
  at: Date;
  /** Media type of an attachment. */
  attachmentType: string | null;
  /** By what the filters on subject and people find it (search-words.ts). */
  subjectKeys: string[];
  peopleKeys: string[];
  subject: string | null;
  /** Names and addresses of everybody named in the document. */
  people: string[];
  text: string | null;
}

/** A record under a fixed name, such as "the first admin key was made". */
export interface Mark {
  _id: string;
  at: Date;
  holder?: string;
  until?: Date;
}

export interface StoreCollections {
  datasets: Collection<Dataset>;
  credentials: Collection<Credential>;
  credentialTests: Collection<CredentialTest>;
  dataKeys: Collection<DataKey>;
  connectionTests: Collection<ConnectionTest>;
  previewMailboxes: Collection<PreviewedMailbox>;
  sources: Collection<Source>;
  deletedSources: Collection<DeletedSource>;
  crawls: Collection<Crawl>;
  mailboxes: Collection<Mailbox>;
  streams: Collection<Stream>;
  spans: Collection<Span>;
  documents: Collection<StoredDocument>;
  skips: Collection<Skip>;
  budgets: Collection<Budget>;
  search: Collection<SearchEntry>;
  apiKeys: Collection<ApiKey>;
  callerGroups: Collection<CallerGroups>;
  audit: Collection<AuditEntry>;
  exports: Collection<Export>;
  idempotency: Collection<IdempotentRequest>;
  marks: Collection<Mark>;
}

const made = new WeakMap<Db, StoreCollections>();

/** The collections by name, with the types of what they hold; made once, since the driver resolves all its options for each. */
export function collectionsOf(db: Db): StoreCollections {
  const known = made.get(db) ?? make(db);
  made.set(db, known);
  return known;
}

function make(db: Db): StoreCollections {
  return {
    datasets: db.collection('datasets'),
    credentials: db.collection('credentials'),
    credentialTests: db.collection('credentialTests'),
    dataKeys: db.collection('dataKeys'),
    connectionTests: db.collection('connectionTests'),
    previewMailboxes: db.collection('previewMailboxes'),
    sources: db.collection('sources'),
    deletedSources: db.collection('deletedSources'),
    crawls: db.collection('crawls'),
    mailboxes: db.collection('mailboxes'),
    streams: db.collection('streams'),
    spans: db.collection('spans'),
    documents: db.collection('documents'),
    skips: db.collection('skips'),
    budgets: db.collection('budgets'),
    search: db.collection('search'),
    apiKeys: db.collection('apiKeys'),
    callerGroups: db.collection('callerGroups'),
    audit: db.collection('audit'),
    exports: db.collection('exports'),
    idempotency: db.collection('idempotency'),
    marks: db.collection('marks'),
  };
}
