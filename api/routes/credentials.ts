import type { FastifyRequest } from 'fastify';
import type { Credential, Endpoints } from '../../contract/credential.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { checkEndpoints } from '../endpoints.ts';
import { IdempotencyHeaders, madeBefore, newIdOf } from '../idempotency.ts';
import { ChangeHeaders, isTold, NotModified, ReadHeaders, tagOf, wantedRevisions, whyUnchanged } from '../preconditions.ts';
import { notFound } from '../problem.ts';
import { reloadSources } from '../source-commands.ts';
import { IdParams, keyPage, PageOf, PageQuery, toPage } from '../schemas/common.ts';
import { CredentialAnswer, toCredentialAnswer, toWholeCredentialAnswer, WholeCredentialAnswer } from '../schemas/credential.ts';
import { ChangeCredential, ChangeSecret, CreateCredential, secretWarnings } from '../schemas/credential-body.ts';
import { sourcesOfCredential } from '../sources-of.ts';

const tags = ['credentials'];

const schemas = {
  create: {
    tags,
    summary: 'Save an app registration',
    headers: IdempotencyHeaders,
    body: CreateCredential,
    response: { 201: CredentialAnswer },
  },
  list: { tags, summary: 'List credentials', querystring: PageQuery, response: { 200: PageOf(CredentialAnswer) } },
  one: {
    tags,
    summary: 'One credential, with its last test',
    params: IdParams,
    headers: ReadHeaders,
    response: { 200: WholeCredentialAnswer, 304: NotModified },
  },
  change: {
    tags,
    summary: 'Change a credential; running crawls of it take the change up',
    params: IdParams,
    headers: ChangeHeaders,
    body: ChangeCredential,
    response: { 200: CredentialAnswer },
  },
  changeSecret: {
    tags,
    summary: 'Replace the secret; running crawls of it take it up',
    params: IdParams,
    headers: ChangeHeaders,
    body: ChangeSecret,
    response: { 200: CredentialAnswer },
  },
};

/** Credentials: app registrations. A secret goes in and never comes out. */
export function credentialRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, settings } = deps;

  const tag = (credential: Credential): string => tagOf(credential.recordRevision, toWholeCredentialAnswer(credential));

  async function change(
    request: FastifyRequest<{ Params: { id: string } }>,
    fields: Parameters<typeof store.credentials.update>[1],
  ): Promise<{ credential: Credential; warnings: string[] }> {
    const { id } = request.params;
    const credential = await store.credentials.update(id, fields, wantedRevisions(request) ?? undefined);
    if (credential === null) throw whyUnchanged('credential', id, await store.credentials.get(id));
    return { credential, warnings: await reloadSources(deps, await sourcesOfCredential(store, id), request.id) };
  }

  app.post('/v1/credentials', { schema: schemas.create, config: { idempotent: true } }, async (request, reply) => {
    const { name, cloud, tenantId, clientId, secret } = request.body;
    const endpoints: Endpoints | null = checkEndpoints({ cloud, endpoints: request.body.endpoints, allowed: settings.customEndpoints });
    const now = new Date();
    const given = { name, cloud, endpoints, tenantId, clientId, secret, createdAt: now, updatedAt: now };
    const credential =
      (await madeBefore(request, store.credentials.get)) ?? (await store.credentials.create({ _id: newIdOf(request), ...given }));
    return reply
      .code(201)
      .header('location', `/v1/credentials/${credential._id}`)
      .send(toCredentialAnswer(credential, secretWarnings(secret)));
  });

  app.get('/v1/credentials', { schema: schemas.list }, async (request) => {
    const page = keyPage(request.query);
    return toPage({ rows: await store.credentials.list(page), page }, (credential) => toCredentialAnswer(credential));
  });

  app.get('/v1/credentials/:id', { schema: schemas.one }, async (request, reply) => {
    const credential = await store.credentials.get(request.params.id);
    if (credential === null) throw notFound('credential', request.params.id);
    const answer = toWholeCredentialAnswer(credential);
    const known = isTold(request, reply, { revision: credential.recordRevision, answer });
    return known ? reply.code(304).send(undefined) : answer;
  });

  app.patch('/v1/credentials/:id', { schema: schemas.change }, async (request, reply) => {
    const current = await store.credentials.get(request.params.id);
    if (current === null) throw notFound('credential', request.params.id);
    const { endpoints, ...fields } = request.body;
    const checked = endpoints === undefined ? null : checkEndpoints({ cloud: current.cloud, endpoints, allowed: settings.customEndpoints });
    const { credential, warnings } = await change(request, { ...fields, ...(checked && { endpoints: checked }) });
    void reply.header('etag', tag(credential));
    return toCredentialAnswer(credential, warnings);
  });

  app.put('/v1/credentials/:id/secret', { schema: schemas.changeSecret }, async (request, reply) => {
    const { credential, warnings } = await change(request, { secret: request.body.secret });
    void reply.header('etag', tag(credential));
    return toCredentialAnswer(credential, [...secretWarnings(request.body.secret), ...warnings]);
  });
}
