import { MongoClient, type Db } from 'mongodb';
import type { Logger } from 'pino';
import { mailboxLimits, type MailboxLimits } from '../contract/budget.ts';
import { createApiKeys } from './api-keys.ts';
import { createAudit } from './audit.ts';
import { createAttachments } from './attachments.ts';
import { createBodies } from './bodies.ts';
import { createBudgets } from './budgets.ts';
import { createCallerGroups } from './caller-groups.ts';
import { createConnectionTests } from './connection-tests.ts';
import { createCredentialTests } from './credential-tests.ts';
import { createCrawls } from './crawls.ts';
import { createCredentials } from './credentials.ts';
import { createDatasets } from './datasets.ts';
import { createDocuments } from './documents.ts';
import { createExports } from './exports.ts';
import { createGeography } from './geography.ts';
import { createHiddenErasure } from './hidden-erasure.ts';
import { createIdempotency } from './idempotency.ts';
import { createMailboxes } from './mailboxes.ts';
import { createMimes } from './mimes.ts';
import { createPages } from './pages.ts';
import { createRemovals } from './removals.ts';
import { createScopeReports } from './scope-reports.ts';
import { createResealing } from './resealing.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { environmentKeys, type SealingKeys } from './sealing-keys.ts';
import { createSearch } from './search.ts';
import { createSkips } from './skips.ts';
import { createDeletedSources, createSourceErasure } from './source-erasure.ts';
import { createSources } from './sources.ts';
import { createSpans } from './spans.ts';
import { StoreUnavailableError } from './store-errors.ts';
import { createStreams } from './streams.ts';
import { createVaultKeys, type KeyWrapper } from './vault-keys.ts';

export { prepareStore } from './prepare-store.ts';

export interface StoreSettings {
  /** MONGODB_URI: a replica set, since pages are written in transactions. */
  uri: string;
  databaseName: string;
  log: Pick<Logger, 'info' | 'warn'>;
  /** TRAWL_ENCRYPTION_KEYS, `kid:base64` separated by commas; without it, secrets can neither be sealed nor unsealed. */
  encryptionKeys?: string | null;
  /** The key of TRAWL_KEY_VAULT_KEY, and whether it seals; it opens in any case. */
  vault?: { key: KeyWrapper; seals: boolean } | null;
  /** How long to wait for a server before saying that there is none. Default 10 s. */
  serverSelectionTimeoutMs?: number;
  /** What one mailbox is asked; Exchange's own limits when not given. */
  mailboxLimits?: MailboxLimits;
}

export type Store = ReturnType<typeof storeParts> & { client: MongoClient; close(): Promise<void> };

/**
 * Connects to MongoDB and makes every part of the store. Does not write: call `prepareStore` before the first use.
 * Throws StoreUnavailableError with the remedy when the URI is malformed, nobody answers, or the server is no replica set.
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const others = settings.encryptionKeys ? environmentKeys(settings.encryptionKeys) : null;
  const client = makeClient(settings);
  try {
    await connect(client, settings.uri);
  } catch (error) {
    await client.close();
    throw error;
  }
  settings.log.info({ database: settings.databaseName, hosts: hostsOf(settings.uri) }, 'Connected to MongoDB');
  const db = client.db(settings.databaseName);
  const keys = sealingKeys({ db, vault: settings.vault ?? null, others });
  const parts = storeParts(db, keys === null ? null : createSealer(keys), settings.mailboxLimits);
  return { ...parts, client, close: async () => client.close() };
}

function sealingKeys({ db, vault, others }: Pick<StoreSettings, 'vault'> & { db: Db; others: SealingKeys | null }): SealingKeys | null {
  if (!vault) return others;
  const keys = createVaultKeys({ db, wrapper: vault.key, others });
  // The way back out of a vault: what it has sealed is opened, and sealed anew by the environment's first key.
  return vault.seals || others === null ? keys : { ...others, find: keys.find };
}

/** Every part of the store over one database; for `openStore`, and for tests that have a database already. */
export function storeParts(db: Db, sealer: Sealer | null, limits: MailboxLimits = mailboxLimits) {
  return {
    db,
    mailboxes: createMailboxes(db),
    streams: createStreams(db),
    pages: createPages(db),
    spans: createSpans(db),
    removals: createRemovals(db),
    erasure: createHiddenErasure(db),
    scopes: createScopeReports(db),
    attachments: createAttachments(db),
    budgets: createBudgets(db, limits),
    search: createSearch(db),
    datasets: createDatasets(db),
    credentials: createCredentials(db, sealer),
    credentialTests: createCredentialTests(db, sealer),
    resealing: createResealing(db, sealer),
    connectionTests: createConnectionTests(db),
    sources: createSources(db),
    sourceErasure: createSourceErasure(db),
    deletedSources: createDeletedSources(db),
    crawls: createCrawls(db),
    apiKeys: createApiKeys(db),
    callerGroups: createCallerGroups(db),
    audit: createAudit(db),
    idempotency: createIdempotency(db, sealer),
    skips: createSkips(db),
    documents: createDocuments(db),
    exports: createExports(db),
    geography: createGeography(db),
    bodies: createBodies(db),
    mimes: createMimes(db),
  };
}

function makeClient(settings: StoreSettings): MongoClient {
  try {
    return new MongoClient(settings.uri, {
      appName: 'trawl',
      ignoreUndefined: true,
      retryReads: true,
      retryWrites: true,
      serverSelectionTimeoutMS: settings.serverSelectionTimeoutMs ?? 10_000,
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
    });
  } catch (error) {
    throw new StoreUnavailableError(
      `MONGODB_URI is not a MongoDB address (${wordsOf(error)}). Expected: mongodb://host:27017/?replicaSet=rs0`,
      { cause: error },
    );
  }
}

async function connect(client: MongoClient, uri: string): Promise<void> {
  try {
    await client.connect();
    const hello = await client.db('admin').command({ hello: 1 });
    if (hello['setName'] !== undefined || hello['msg'] === 'isdbgrid') return;
  } catch (error) {
    throw new StoreUnavailableError(
      `MongoDB at ${hostsOf(uri)} (MONGODB_URI) cannot be used: ${wordsOf(error)}. Check that mongod runs, that the address and the credentials are right, and that nothing blocks the port.`,
      { cause: error },
    );
  }
  throw new StoreUnavailableError(
    `MongoDB at ${hostsOf(uri)} (MONGODB_URI) is a standalone server, but Trawl writes in transactions, which need a replica set. ` +
      'Start mongod with --replSet rs0 and run rs.initiate() once; a set of one member is enough.',
  );
}

/** Hosts of an address, without user and password. */
function hostsOf(uri: string): string {
  const authority = uri.replace(/^mongodb(\+srv)?:\/\//, '').split(/[/?]/)[0] ?? '';
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** The driver's words, without an address that may hold a password. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replaceAll(/mongodb(\+srv)?:\/\/\S+/g, 'the address');
}
