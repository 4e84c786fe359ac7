import type { FastifyRequest } from 'fastify';
import type { StoredDocument } from '../../contract/document.ts';
import { chosenDatasets, visibleTo } from '../chosen-datasets.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { fromCursor, sortOf, toCursor, toFilters } from '../document-query.ts';
import { invalid, ProblemError } from '../problem.ts';
import { linkOf } from '../web-link.ts';
import { keyPage, PageOf } from '../schemas/common.ts';
import { DocumentFilter, DocumentQuery, FacetsAnswer } from '../schemas/document-query.ts';
import {
  DocumentAnswer,
  DocumentIdParams,
  DocumentSummary,
  MimeAnswer,
  OpenAnswer,
  toDocumentAnswer,
  toDocumentSummary,
} from '../schemas/document.ts';

const tags = ['documents'];

const schemas = {
  list: {
    tags,
    summary: 'Find documents by words and filters',
    querystring: DocumentQuery,
    response: { 200: PageOf(DocumentSummary) },
  },
  facets: {
    tags,
    summary: 'Count documents by kind, mailbox, source, dataset, country, month and type of attachment',
    querystring: DocumentFilter,
    response: { 200: FacetsAnswer },
  },
  one: { tags, summary: 'One document with its attachments', params: DocumentIdParams, response: { 200: DocumentAnswer } },
  mime: {
    tags,
    summary: 'The MIME form of a message, as it was read from Graph',
    params: DocumentIdParams,
    response: { 200: MimeAnswer },
  },
  open: {
    tags,
    summary: 'Go to the item in Outlook on the web; an attachment opens its message',
    params: DocumentIdParams,
    response: { 302: OpenAnswer },
  },
};

type Store = ApiDeps['store'];
type OneRequest = FastifyRequest<{ Params: { id: string } }>;

/** The document, when the caller may see it and it was not removed. */
async function visibleDocument(store: Store, request: OneRequest): Promise<StoredDocument> {
  const [document, visible] = await Promise.all([store.documents.get(request.params.id), visibleTo(store, request)]);
  // The same answer for what is not there and for what the caller may not see.
  if (document === null || !visible.includes(document.datasetId)) {
    throw new ProblemError(
      'not-found',
      'There is no such document, or no dataset shows it to this key. Find documents with GET /v1/documents.',
    );
  }
  if (document.removal !== null) {
    const { reason, at } = document.removal;
    throw new ProblemError('removed', `The document was removed (${reason}).`, { removal: { reason, at: at.toISOString() } });
  }
  return document;
}

/** Documents, seen only through datasets whose groups the caller is in; that is asked anew with each request. */
export function documentRoutes(app: ApiInstance, { store }: ApiDeps): void {
  app.get('/v1/documents', { schema: schemas.list }, async (request) => {
    const { after, limit, sort: given, ...filter } = request.query;
    const sort = sortOf({ q: filter.q, sort: given });
    const { limit: wanted } = keyPage({ limit });
    const key = fromCursor(sort, after);
    const filters = toFilters(filter, { datasetIds: await chosenDatasets(store, request, filter), place: 'query' });
    const rows = await store.documents.search({ ...filters, sort, after: key, limit: wanted });
    const kept = rows.slice(0, wanted - 1);
    const last = kept.at(-1);
    const deleted = await store.deletedSources.among(kept.map(({ document }) => document.sourceId));
    return {
      items: kept.map(({ document }) => toDocumentSummary(document, deleted)),
      next: rows.length < wanted || last === undefined ? null : toCursor(sort, last.key),
    };
  });

  app.get('/v1/documents/facets', { schema: schemas.facets }, async (request) => {
    if (request.query.removed === true) {
      const remedy = 'Leave out removed: GET /v1/documents lists removed documents.';
      throw invalid({ in: 'query', field: '/removed', reason: 'cannot be counted', remedy });
    }
    const filters = toFilters(request.query, { datasetIds: await chosenDatasets(store, request, request.query), place: 'query' });
    return store.documents.facets(filters);
  });

  app.get('/v1/documents/:id', { schema: schemas.one }, async (request) => {
    const document = await visibleDocument(store, request);
    const attachments = document.kind !== 'event' ? await store.documents.attachmentsOf(document._id) : [];
    return toDocumentAnswer(document, {
      attachments: attachments.filter(({ removal }) => removal === null),
      deleted: await store.deletedSources.among([document.sourceId]),
    });
  });

  app.get('/v1/documents/:id/open', { schema: schemas.open }, async (request, reply) => {
    const link = await linkOf(store, await visibleDocument(store, request));
    return reply.header('cache-control', 'no-store').redirect(link, 302);
  });

  app.get('/v1/documents/:id/mime', { schema: schemas.mime }, async (request, reply) => {
    const { mime } = await visibleDocument(store, request);
    if (!mime?.fileId || mime.bytes === null) {
      throw new ProblemError(
        'not-found',
        'No MIME form of this document is kept. Sources whose policy has `originalMime` keep those of their messages, once they were read.',
      );
    }
    return reply
      .type('message/rfc822')
      .header('Content-Length', mime.bytes)
      .header('Content-Disposition', 'attachment; filename="message.eml"')
      .send(store.mimes.open(mime.fileId));
  });
}
