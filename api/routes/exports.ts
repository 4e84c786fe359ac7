import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { ulid } from 'ulid';
import type { Export } from '../../contract/export.ts';
import { noteSubject } from '../audit.ts';
import { callerOf } from '../auth.ts';
import { chosenDatasets } from '../chosen-datasets.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { toFilters } from '../document-query.ts';
import { createOpenStreams } from '../open-streams.ts';
import { notFound } from '../problem.ts';
import { IdParams, keyPage, PageOf, toPage } from '../schemas/common.ts';
import { ExportBody, type DocumentFilter } from '../schemas/document-query.ts';
import { ExportAnswer, ExportLines, ExportQuery, toExportAnswer } from '../schemas/export.ts';
import { writeExport } from '../write-export.ts';

/** How long an export may go on to send its last line once the process is to end. */
const graceMs = 3000;

const schemas = {
  write: {
    tags: ['exports'],
    summary: 'Export what fits as lines of JSON, with a manifest',
    body: ExportBody,
    response: { 200: ExportLines },
  },
  list: {
    tags: ['exports'],
    summary: 'Manifests of exports, newest first: of all for admins, else of the own ones',
    querystring: ExportQuery,
    response: { 200: PageOf(ExportAnswer) },
  },
  one: { tags: ['exports'], summary: 'The manifest of an export', params: IdParams, response: { 200: ExportAnswer } },
};

function newManifest(request: FastifyRequest<{ Body: DocumentFilter }>, datasetIds: string[]): Export {
  const { kind, _id: id, name } = callerOf(request);
  const now = new Date();
  return {
    _id: ulid(now.getTime()),
    caller: { kind, id, name },
    query: request.body,
    datasetIds,
    state: 'running',
    reason: null,
    count: 0,
    bytes: 0,
    sha256: null,
    startedAt: now,
    touchedAt: now,
    endedAt: null,
  };
}

/** Taking documents out in bulk, and the manifests of that: who took what, when, and by what the file is known again. */
export function exportRoutes(app: ApiInstance, { store, settings, stopping }: ApiDeps): void {
  const streams = createOpenStreams({ most: settings.exportsAtOnce, what: 'exports' });
  app.addHook('onClose', () => streams.allClosed());

  app.post('/v1/documents/export', { schema: schemas.write }, async (request, reply) => {
    const datasetIds = await chosenDatasets(store, request, request.body);
    const filters = toFilters(request.body, { datasetIds, place: 'body' });
    const place = streams.open();
    const manifest = newManifest(request, datasetIds);
    try {
      await store.exports.begin(manifest);
    } catch (error) {
      place.close();
      throw error;
    }
    noteSubject(request, manifest._id);
    const onFailure = (error: unknown) => request.log.error({ fault: (error as Error).name, exportId: manifest._id }, 'An export failed');
    const lines = Readable.from(writeExport({ ...store, manifest, filters, stopping, onFailure }));
    // A reader that takes nothing must not hold up the end of the process.
    const cut = () => setTimeout(() => lines.destroy(), graceMs).unref();
    stopping.addEventListener('abort', cut, { once: true });
    lines.once('close', () => {
      stopping.removeEventListener('abort', cut);
      place.close();
    });
    return (
      reply
        .header('location', `/v1/exports/${manifest._id}`)
        .header('cache-control', 'no-store')
        // An answer that ends since the process does would else leave a connection, for which the server waits 72 s.
        .header('connection', 'close')
        .header('content-disposition', `attachment; filename="trawl-${manifest._id}.ndjson"`)
        .type('application/x-ndjson')
        .send(lines)
    );
  });

  app.get('/v1/exports', { schema: schemas.list }, async (request) => {
    const { _id, roles } = callerOf(request);
    const page = keyPage(request.query);
    const rows = await store.exports.list({ ...page, ...(!roles.includes('admin') && { callerId: _id }) });
    return toPage({ rows, page }, toExportAnswer);
  });

  app.get('/v1/exports/:id', { schema: schemas.one }, async (request) => {
    const { _id, roles } = callerOf(request);
    const manifest = await store.exports.get(request.params.id);
    // The same answer for what is not there and for what is of others.
    if (manifest === null || (!roles.includes('admin') && manifest.caller.id !== _id)) throw notFound('export', request.params.id);
    return toExportAnswer(manifest);
  });
}
