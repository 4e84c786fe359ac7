import type { FastifyRequest } from 'fastify';
import type { StoredDocument } from '../../contract/document.ts';
import { callerOf } from '../auth.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { ProblemError } from '../problem.ts';
import { linkOf } from '../web-link.ts';
import { keyPage, PageOf, toPage } from '../schemas/common.ts';
import {
  DocumentAnswer,
  DocumentIdParams,
  DocumentQuery,
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

async function visibleTo(store: Store, request: FastifyRequest): Promise<string[]> {
  const groupIds = await callerOf(request).groups();
  return groupIds.length === 0 ? [] : await store.datasets.visibleTo(groupIds);
}

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
    const { after, limit, q, datasetId, from, to, ...filters } = request.query;
    const visible = await visibleTo(store, request);
    const datasetIds = datasetId === undefined ? visible : visible.filter((id) => id === datasetId);
    const page = keyPage({ after, limit });
    if (datasetIds.length === 0) return { items: [], next: null };
    const rows = await store.documents.search({
      ...page,
      ...filters,
      datasetIds,
      ...(q !== undefined && { text: q }),
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    });
    const deleted = await store.deletedSources.among(rows.map(({ sourceId }) => sourceId));
    return toPage({ rows, page }, (row) => toDocumentSummary(row, deleted));
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
