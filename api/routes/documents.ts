import type { FastifyRequest } from 'fastify';
import { callerOf } from '../auth.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { ProblemError } from '../problem.ts';
import { keyPage, PageOf, toPage } from '../schemas/common.ts';
import {
  DocumentAnswer,
  DocumentIdParams,
  DocumentQuery,
  DocumentSummary,
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
};

/** Documents, seen only through datasets whose groups the caller is in; that is asked anew with each request. */
export function documentRoutes(app: ApiInstance, { store }: ApiDeps): void {
  async function visibleTo(request: FastifyRequest): Promise<string[]> {
    const { groupIds } = callerOf(request);
    return groupIds.length === 0 ? [] : await store.datasets.visibleTo(groupIds);
  }

  app.get('/v1/documents', { schema: schemas.list }, async (request) => {
    const { after, limit, q, datasetId, from, to, ...filters } = request.query;
    const visible = await visibleTo(request);
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
    return toPage({ rows, page }, toDocumentSummary);
  });

  app.get('/v1/documents/:id', { schema: schemas.one }, async (request) => {
    const { id } = request.params;
    const [document, visible] = await Promise.all([store.documents.get(id), visibleTo(request)]);
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
    const attachments = document.kind !== 'event' ? await store.documents.attachmentsOf(document._id) : [];
    return toDocumentAnswer(
      document,
      attachments.filter(({ removal }) => removal === null),
    );
  });
}
