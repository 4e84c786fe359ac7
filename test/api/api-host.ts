import { Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { inject } from 'vitest';
import { buildApi } from '../../api/app.ts';
import { createCrawlControl } from '../../api/crawl-control.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { mintKey } from '../../api/keys.ts';
import type { CrawlControl } from '../../api/temporal.ts';
import type { Role } from '../../contract/api-key.ts';
import type { ConnectionTestReport } from '../../contract/connection-test.ts';
import { openStore, prepareStore, type Store } from '../../store/open-store.ts';
import { openTestDatabase } from '../support/database.ts';

export const customOrigin = 'https://graph.test.example';
export const groups = { inside: '2c1c2f0e-8a3f-4c57-9f62-6f8f5c1f4d10', other: '91f0d8a4-3b6e-4d0c-b1a7-2f5c8e7d6a90' };

export interface Answer {
  status: number;
  body: any;
  text: string;
  headers: Record<string, unknown>;
}

export interface CallOptions {
  key?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface ApiHost {
  app: FastifyInstance;
  store: Store;
  temporal: CrawlControl;
  /** Keys by role: admin and reader are in `groups.inside`; outsider is a reader in no group. */
  keys: Record<Role | 'outsider', string>;
  /** Says that the process is to end. */
  stop(): void;
  /** Everything that the API logged. */
  logLines: string[];
  call(method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface ApiHostOptions {
  temporal?: { address: string; namespace: string };
  settings?: Partial<ApiDeps['settings']>;
  commandTimeoutMs?: number;
  callTimeoutMs?: number;
  testTimeoutMs?: number;
  /** What the test of a connection says, where no worker is there to make one; `null` leaves it to a worker. */
  connectionTest?: Partial<ConnectionTestReport> | null;
}

const encryptionKeys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

/** Tests of connections end at once, without a worker and Microsoft 365: what they find is proven elsewhere. */
function answerConnectionTests(given: { store: Store; temporal: CrawlControl; report: Partial<ConnectionTestReport> }): void {
  const { store, temporal } = given;
  const { runTest } = temporal;
  const report: ConnectionTestReport = {
    ...{ v: 1, at: new Date(), durationMs: 1, credentialRevision: 1, scopeRevision: 1, outcome: 'passes', findings: [], domain: null },
    ...{ group: null, mailboxes: { count: 3, complete: true }, withoutMailbox: {}, withoutMailboxNames: [], samples: [] },
    ...given.report,
  };
  temporal.runTest = async (test) => {
    if (test.what !== 'testConnection') return runTest(test);
    await store.connectionTests.keepReport({ id: test.testId, report });
  };
}

/** An API over a database of its own, asked without a socket. */
export async function startApiHost(options: ApiHostOptions = {}): Promise<ApiHost> {
  const logLines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) });
  const database = await openTestDatabase();
  const store = await openStore({ uri: database.uri, databaseName: database.name, encryptionKeys, log });
  await prepareStore(store);
  const { address, namespace } = options.temporal ?? { address: inject('temporalAddress'), namespace: 'default' };
  const connection = Connection.lazy({ address });
  const temporal = createCrawlControl({
    connection,
    namespace,
    uiBaseUrl: 'http://ui.test',
    ...(options.callTimeoutMs !== undefined && { callTimeoutMs: options.callTimeoutMs }),
    ...(options.testTimeoutMs !== undefined && { testTimeoutMs: options.testTimeoutMs }),
    ...(options.commandTimeoutMs !== undefined && { commandTimeoutMs: options.commandTimeoutMs }),
  });
  const { connectionTest = {} } = options;
  if (connectionTest !== null) answerConnectionTests({ store, temporal, report: connectionTest });
  const settings = {
    customEndpoints: [customOrigin],
    requestsPerMinute: 1_000_000,
    corsOrigins: [],
    signIn: null,
    tokenFolders: ['/run/tokens'],
    expiryWarningDays: 30,
    exportsAtOnce: 2,
    eventStreams: 3,
    ...options.settings,
  };
  const stopping = new AbortController();
  const app = await buildApi({ store, temporal, settings, log, stopping: stopping.signal });

  const keyOf = async (name: string, role: Role, groupIds: string[]): Promise<string> => {
    const { text, record } = mintKey({ name, role, groupIds, expiresAt: null, now: new Date() });
    await store.apiKeys.create(record);
    return text;
  };
  const keys = {
    admin: await keyOf('admin', 'admin', [groups.inside]),
    operator: await keyOf('operator', 'operator', [groups.inside]),
    reader: await keyOf('reader', 'reader', [groups.inside]),
    outsider: await keyOf('outsider', 'reader', []),
  };
  return {
    app,
    store,
    temporal,
    keys,
    logLines,
    call: async (method, url, { key = keys.admin, body, headers = {} } = {}) => {
      const answer = await app.inject({
        method,
        url,
        headers: { ...(key !== null && { authorization: `Bearer ${key}` }), ...headers },
        ...(body !== undefined && { payload: body as object }),
      });
      const isJson = /[/+]json/.test(String(answer.headers['content-type']));
      return { status: answer.statusCode, body: isJson ? answer.json() : null, text: answer.body, headers: answer.headers };
    },
    stop: () => stopping.abort(),
    close: async () => {
      stopping.abort();
      await app.close();
      await connection.close();
      await store.close();
      await database.drop();
    },
  };
}

/** A credential and a dataset to make sources of. */
export async function makeBasics(host: ApiHost): Promise<{ credentialId: string; datasetId: string }> {
  const credential = await host.call('POST', '/v1/credentials', { body: credentialBody() });
  const dataset = await host.call('POST', '/v1/datasets', { body: { name: `Dataset ${Math.random()}`, groups: [{ id: groups.inside }] } });
  return { credentialId: credential.body.id as string, datasetId: dataset.body.id as string };
}

export function credentialBody(secret = 'a-secret-value'): Record<string, unknown> {
  return {
    name: 'Contoso crawler',
    cloud: 'custom',
    endpoints: { authority: customOrigin, graph: customOrigin },
    tenantId: '8f7a2f3e-1f53-4a0e-9a37-5a0c3a3a9d11',
    clientId: '5e2b6a1c-0b4e-4f6a-8c6f-0f3f0f6f7a22',
    secret,
  };
}

export function sourceBody(
  basics: { credentialId: string; datasetId: string },
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return { ...basics, service: 'exchange', scope: { kind: 'everything' }, country: 'DE', ...changes };
}
