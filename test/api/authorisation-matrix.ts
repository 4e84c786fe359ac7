import { randomUUID } from 'node:crypto';
import type { ApiHost } from './api-host.ts';
import { credentialBody, groups, sourceBody } from './api-host.ts';

/** Records that the requests of the matrix speak of. */
export interface Records {
  datasetId: string;
  /** No source uses it. */
  credentialId: string;
  /** Nothing runs of it. */
  sourceId: string;
  /** A crawl of it runs. */
  busySourceId: string;
  crawlId: string;
  /** Of `datasetId`, which `groups.inside` sees; its subject is `subject`. */
  documentId: string;
  subject: string;
  host: ApiHost;
}

/** What the status of an answer is, by who asks; `outside` are those in no group of the dataset. */
export interface Row {
  admin: number;
  operator: number;
  reader: number;
  /** Where it differs from their own within the group. */
  outsideAdmin?: number;
  outsideReader?: number;
  path?: (records: Records) => string | Promise<string>;
  body?: (records: Records) => object;
  /** What the answer names for those within the group alone. */
  shows?: (records: Records) => string;
  /** Whether an admin and an operator are shown it without being in the group. */
  showsAllToOperators?: boolean;
}

/** A route that everybody may call, without a key too. */
export interface OpenRoute {
  open: number;
  path?: string;
}

const on = (part: keyof Records) => (records: Records) => encodeURIComponent(records[part] as string);
const [dataset, credential, source, busy, crawl, document] = [
  on('datasetId'),
  on('credentialId'),
  on('sourceId'),
  on('busySourceId'),
  on('crawlId'),
  on('documentId'),
];
const keyId = ({ host }: Records) => host.keys.operator.split('_')[1]!;
/** A key of its own for each that is removed. */
const doomedKey = async ({ host }: Records) =>
  (await host.call('POST', '/v1/api-keys', { body: { name: 'Doomed', role: 'reader' } })).body.id as string;
/** A source of its own for each that is deleted. */
const doomedSource = async ({ host, datasetId, credentialId }: Records) =>
  `${(await host.call('POST', '/v1/sources', { body: sourceBody({ datasetId, credentialId }) })).body.id}?documents=keep`;
const nothing = () => ({});
const draft = ({ datasetId, credentialId }: Records) => sourceBody({ datasetId, credentialId });
const fresh = () => ({ name: `Made ${randomUUID()}` });

const admins = (status: number): Row => ({ admin: status, operator: 403, reader: 403 });
const operators = (status: number): Row => ({ admin: status, operator: status, reader: 403 });
const all = (status: number): Row => ({ admin: status, operator: status, reader: status });
/** Documents are seen through a group: by nobody who is outside, an admin included, and never by an operator. */
const readers = (status: number): Row => ({ admin: status, operator: 403, reader: status, outsideAdmin: 404, outsideReader: 404 });

/**
 * What every route answers to everybody, a line each: `<method> <pattern>: {...kind(status when let in), path: the id in the
 * pattern, body}`. Statuses are those of the records above: 409 where no crawl runs, 503 where a worker would be needed.
 * Without a key, with a wrong and with an expired one every route under /v1 answers 401. A route that is missing fails the test.
 */
export const matrix: Record<string, Row> = {
  'POST /v1/datasets': { ...admins(201), body: fresh },
  'GET /v1/datasets': { ...all(200), shows: ({ datasetId }) => datasetId, showsAllToOperators: true },
  'GET /v1/datasets/:id': { ...all(200), outsideReader: 404, path: dataset },
  'PATCH /v1/datasets/:id': { ...admins(200), path: dataset, body: fresh },
  'POST /v1/credentials': { ...admins(201), body: () => credentialBody() },
  'GET /v1/credentials': operators(200),
  'GET /v1/credentials/:id': { ...operators(200), path: credential },
  'PATCH /v1/credentials/:id': { ...admins(200), path: credential, body: fresh },
  'PUT /v1/credentials/:id/secret': { ...admins(200), path: credential, body: () => ({ secret: randomUUID() }) },
  'POST /v1/credentials/test': { ...admins(503), body: () => ({ ...credentialBody(), name: undefined }) },
  'POST /v1/credentials/:id/test': { ...operators(503), path: credential },
  'POST /v1/sources': { ...operators(201), body: ({ datasetId, credentialId }) => sourceBody({ datasetId, credentialId }) },
  'GET /v1/sources': operators(200),
  'GET /v1/sources/:id': { ...operators(200), path: source },
  'PATCH /v1/sources/:id': { ...operators(200), path: source, body: () => ({ priority: 'high' }) },
  'DELETE /v1/sources/:id': { ...admins(202), path: doomedSource },
  'POST /v1/sources/test': { ...operators(200), body: draft },
  'POST /v1/sources/:id/test': { ...operators(200), path: source },
  'POST /v1/sources/preview': { ...operators(200), body: draft },
  'POST /v1/sources/:id/preview': { ...operators(200), path: source },
  'GET /v1/previews/:id/mailboxes': { ...operators(404), path: source },
  'POST /v1/sources/:id/start': { ...operators(409), path: busy },
  'POST /v1/sources/:id/stop': { ...operators(409), path: source },
  'POST /v1/sources/:id/pause': { ...operators(409), path: source },
  'POST /v1/sources/:id/resume': { ...operators(409), path: source },
  'POST /v1/sources/:id/run-now': { ...operators(409), path: source },
  'POST /v1/sources/:id/confirm-retirement': { ...operators(409), path: source },
  'GET /v1/sources/:id/crawls': { ...operators(200), path: busy },
  'GET /v1/sources/:id/mailboxes': { ...operators(200), path: source },
  'POST /v1/sources/:id/mailboxes/retry': { ...operators(503), path: busy },
  'POST /v1/sources/:id/mailboxes/:mailboxId/retry': { ...operators(404), path: source },
  'GET /v1/sources/:id/events': { ...operators(200), path: source },
  'GET /v1/sources/:id/skips': { ...operators(200), path: source },
  'POST /v1/sources/:id/skips/retry': { ...operators(200), path: source, body: nothing },
  'POST /v1/sources/:id/skips/accept': { ...operators(200), path: source, body: nothing },
  'GET /v1/crawls': operators(200),
  'GET /v1/crawls/:id': { ...operators(200), path: crawl },
  'GET /v1/documents': { ...readers(200), outsideAdmin: 200, outsideReader: 200, shows: ({ subject }) => subject },
  'GET /v1/documents/facets': { ...readers(200), outsideAdmin: 200, outsideReader: 200, shows: () => '"message"' },
  'POST /v1/documents/export': { ...readers(200), outsideAdmin: 200, outsideReader: 200, body: nothing, shows: ({ subject }) => subject },
  'GET /v1/exports': { ...readers(200), outsideAdmin: 200, outsideReader: 200 },
  'GET /v1/exports/:id': { ...readers(404), path: crawl },
  'GET /v1/documents/:id': { ...readers(200), path: document, shows: ({ subject }) => subject },
  'GET /v1/documents/:id/mime': { ...readers(200), path: document, shows: ({ subject }) => subject },
  'GET /v1/documents/:id/open': { ...readers(302), path: document },
  'GET /v1/geography': { ...all(200), shows: () => '"documents":1' },
  'GET /v1/audit': admins(200),
  'POST /v1/api-keys': { ...admins(201), body: () => ({ name: 'Made', role: 'reader', groupIds: [groups.inside] }) },
  'GET /v1/api-keys': admins(200),
  'GET /v1/api-keys/:id': { ...admins(200), path: keyId },
  'DELETE /v1/api-keys/:id': { ...admins(204), path: doomedKey },
};

/** They tell no records. */
export const openRoutes: Record<string, OpenRoute> = {
  'GET /health/live': { open: 200 },
  'GET /health/ready': { open: 200 },
  'GET /metrics': { open: 200 },
  'GET /docs': { open: 200 },
  'GET /docs/json': { open: 200 },
  'GET /docs/yaml': { open: 200 },
  'GET /docs/static/*': { open: 200, path: '/docs/static/swagger-ui.css' },
  'HEAD /docs/static/*': { open: 200, path: '/docs/static/swagger-ui.css' },
  'GET /docs/static/index.html': { open: 302 },
  'GET /docs/static/swagger-initializer.js': { open: 200 },
};
