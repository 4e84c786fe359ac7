import { Type } from 'typebox';
import type { ApiKey } from '../../contract/api-key.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { toGroupIds } from '../groups.ts';
import { mintKey } from '../keys.ts';
import { bodyFault, invalid, notFound, ProblemError } from '../problem.ts';
import { ApiKeyAnswer, CreateApiKey, NewApiKeyAnswer, toApiKeyAnswer } from '../schemas/api-key.ts';
import { IdParams, keyPage, PageOf, PageQuery, toPage } from '../schemas/common.ts';

const tags = ['api-keys'];
const pageSize = 200;

const schemas = {
  create: { tags, summary: 'Make an API key; it is shown this once', body: CreateApiKey, response: { 201: NewApiKeyAnswer } },
  list: {
    tags,
    summary: 'List API keys, without the keys themselves',
    querystring: PageQuery,
    response: { 200: PageOf(ApiKeyAnswer) },
  },
  one: { tags, summary: 'One API key, without the key itself', params: IdParams, response: { 200: ApiKeyAnswer } },
  remove: { tags, summary: 'Remove an API key at once', params: IdParams, response: { 204: Type.Null() } },
};

/** API keys: made by admins, shown once. */
export function apiKeyRoutes(app: ApiInstance, { store }: ApiDeps): void {
  /** Whether a key of role admin is left that does not expire, besides this one: the first one is never made again. */
  async function anotherAdminIsLeft(id: string): Promise<boolean> {
    let after: string | null = null;
    for (;;) {
      const page: ApiKey[] = await store.apiKeys.list({ after, limit: pageSize });
      if (page.some((key) => key._id !== id && key.role === 'admin' && key.expiresAt === null)) return true;
      if (page.length < pageSize) return false;
      after = page.at(-1)?._id ?? null;
    }
  }

  app.post('/v1/api-keys', { schema: schemas.create }, async (request, reply) => {
    const now = new Date();
    const { name, role, groupIds = [] } = request.body;
    const expiresAt = request.body.expiresAt === undefined ? null : new Date(request.body.expiresAt);
    if (expiresAt !== null && expiresAt <= now)
      throw invalid(bodyFault('/expiresAt', { reason: 'lies in the past', remedy: 'Give a time to come, or leave it out.' }));
    const { text, record } = mintKey({ name, role, groupIds: toGroupIds(groupIds), expiresAt, now });
    await store.apiKeys.create(record);
    return reply
      .code(201)
      .header('location', `/v1/api-keys/${record._id}`)
      .header('cache-control', 'no-store')
      .send({ ...toApiKeyAnswer(record), key: text });
  });

  app.get('/v1/api-keys', { schema: schemas.list }, async (request) => {
    const page = keyPage(request.query);
    return toPage({ rows: await store.apiKeys.list(page), page }, toApiKeyAnswer);
  });

  app.get('/v1/api-keys/:id', { schema: schemas.one }, async (request) => {
    const key = await store.apiKeys.get(request.params.id);
    if (key === null) throw notFound('API key', request.params.id);
    return toApiKeyAnswer(key);
  });

  app.delete('/v1/api-keys/:id', { schema: schemas.remove }, async (request, reply) => {
    const { id } = request.params;
    const key = await store.apiKeys.get(id);
    if (key === null) throw notFound('API key', id);
    if (key.role === 'admin' && !(await anotherAdminIsLeft(id))) {
      throw new ProblemError(
        'last-admin-key',
        'This is the last admin key that does not expire. Make another with POST /v1/api-keys before removing it.',
      );
    }
    await store.apiKeys.remove(id);
    return reply.code(204).send(null);
  });
}
