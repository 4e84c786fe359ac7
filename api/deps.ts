import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  ApiKeyStore,
  ConnectionTestStore,
  CrawlStore,
  CredentialStore,
  CredentialTestStore,
  DatasetStore,
  DeletedSourceStore,
  DocumentStore,
  MailboxStore,
  MimeStore,
  SearchStore,
  SourceStore,
} from '../store/types.ts';
import type { CallerGroupsStore } from '../store/caller-groups.ts';
import type { AuditStore } from '../store/audit-types.ts';
import type { ExportStore } from '../store/exports.ts';
import type { GeographyStore } from '../store/geography.ts';
import type { IdempotencyStore } from '../store/idempotency-types.ts';
import type { Resealing } from '../store/resealing.ts';
import type { SkipStore } from '../store/skip-types.ts';
import type { ApiSettings } from './settings.ts';
import type { CrawlControl } from './temporal.ts';

/** What the API uses of the store. */
export interface ApiStore {
  db: { command(command: { ping: 1 }, options?: { timeoutMS?: number }): Promise<unknown> };
  datasets: DatasetStore;
  credentials: Pick<CredentialStore, 'create' | 'get' | 'list' | 'update' | 'ending'>;
  credentialTests: CredentialTestStore;
  resealing: Resealing;
  connectionTests: Pick<ConnectionTestStore, 'open' | 'get' | 'listMailboxes' | 'remove'>;
  sources: SourceStore;
  deletedSources: DeletedSourceStore;
  crawls: CrawlStore;
  mailboxes: Pick<MailboxStore, 'get' | 'list' | 'countsIn' | 'countByState' | 'countClosed' | 'countTroubled'>;
  skips: Pick<SkipStore, 'list' | 'retry' | 'accept'>;
  documents: Pick<DocumentStore, 'search' | 'facets' | 'walk' | 'get' | 'attachmentsOf'>;
  exports: ExportStore;
  geography: GeographyStore;
  mimes: Pick<MimeStore, 'open'>;
  apiKeys: ApiKeyStore;
  callerGroups: Pick<CallerGroupsStore, 'get'>;
  audit: AuditStore;
  idempotency: IdempotencyStore;
  search: Pick<SearchStore, 'lag'>;
}

export interface ApiDeps {
  store: ApiStore;
  temporal: CrawlControl;
  settings: Pick<
    ApiSettings,
    | 'customEndpoints'
    | 'requestsPerMinute'
    | 'corsOrigins'
    | 'signIn'
    | 'tokenFolders'
    | 'expiryWarningDays'
    | 'exportsAtOnce'
    | 'eventStreams'
  >;
  /** Aborted when the process is to end: long answers then end too. */
  stopping: AbortSignal;
  log: FastifyBaseLogger;
}

/** A Fastify instance whose routes take their types from TypeBox schemas. */
export type ApiInstance = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
