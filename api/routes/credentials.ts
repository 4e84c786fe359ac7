import type { FastifyRequest } from 'fastify';
import type { Credential, Endpoints } from '../../contract/credential.ts';
import type { CredentialChange } from '../../store/types.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { checkEndpoints } from '../endpoints.ts';
import { IdempotencyHeaders, madeBefore, newIdOf } from '../idempotency.ts';
import { ChangeHeaders, isTold, NotModified, ReadHeaders, tagOf, wantedRevisions, whyUnchanged } from '../preconditions.ts';
import { givenLogin, neededLogin, toDate, type LoginFields } from '../logins/given-login.ts';
import { bodyFault, invalid, notFound } from '../problem.ts';
import { reloadSources } from '../source-commands.ts';
import { IdParams, keyPage, PageOf, PageQuery, toPage } from '../schemas/common.ts';
import { CredentialAnswer, toCredentialAnswer, toWholeCredentialAnswer, WholeCredentialAnswer } from '../schemas/credential.ts';
import { ChangeCredential, ChangeSecret, CreateCredential, loginWarnings } from '../schemas/credential-body.ts';
import { sourcesOf } from '../sources-of.ts';

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
    summary: 'Change a credential, or what it signs in by; running crawls of it take the change up',
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

/** The changes of a login that a body asks for; when a stored secret ends may be told later. */
async function loginChange(
  { settings }: Pick<ApiDeps, 'settings'>,
  { fields, current }: { fields: LoginFields; current: Credential },
): Promise<Pick<CredentialChange, 'login' | 'expiresAt'>> {
  const login = await givenLogin(fields, settings);
  if (login !== undefined) return { login };
  if (fields.secretExpiresAt === undefined) return {};
  if (current.kind === 'secret') return { expiresAt: toDate(fields.secretExpiresAt) };
  const reason = 'is for client secrets alone, and this credential has none';
  throw invalid(bodyFault('/secretExpiresAt', { reason, remedy: 'Leave it out.' }));
}

/** Credentials: app registrations. A secret goes in and never comes out. */
export function credentialRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, settings } = deps;

  const whole = (credential: Credential) => toWholeCredentialAnswer(credential, settings);
  const tag = (credential: Credential): string => tagOf(credential.recordRevision, whole(credential));
  const present = (credential: Credential, warnings: string[] = []) => toCredentialAnswer(credential, settings, warnings);

  async function change(
    request: FastifyRequest<{ Params: { id: string } }>,
    fields: CredentialChange,
  ): Promise<{ credential: Credential; warnings: string[] }> {
    const { id } = request.params;
    const credential = await store.credentials.update(id, fields, wantedRevisions(request) ?? undefined);
    if (credential === null) throw whyUnchanged('credential', id, await store.credentials.get(id));
    return { credential, warnings: await reloadSources(deps, await Array.fromAsync(sourcesOf(store, { credentialId: id })), request.id) };
  }

  app.post('/v1/credentials', { schema: schemas.create, config: { idempotent: true } }, async (request, reply) => {
    const { name, cloud, tenantId, clientId } = request.body;
    const login = await neededLogin(request.body, settings);
    const endpoints: Endpoints | null = checkEndpoints({ cloud, endpoints: request.body.endpoints, allowed: settings.customEndpoints });
    const now = new Date();
    const given = { name, cloud, endpoints, tenantId, clientId, login, createdAt: now, updatedAt: now };
    const credential =
      (await madeBefore(request, store.credentials.get)) ?? (await store.credentials.create({ _id: newIdOf(request), ...given }));
    return reply
      .code(201)
      .header('location', `/v1/credentials/${credential._id}`)
      .send(present(credential, loginWarnings(login)));
  });

  app.get('/v1/credentials', { schema: schemas.list }, async (request) => {
    const page = keyPage(request.query);
    return toPage({ rows: await store.credentials.list(page), page }, (credential) => present(credential));
  });

  app.get('/v1/credentials/:id', { schema: schemas.one }, async (request, reply) => {
    const credential = await store.credentials.get(request.params.id);
    if (credential === null) throw notFound('credential', request.params.id);
    const answer = whole(credential);
    const known = isTold(request, reply, { revision: credential.recordRevision, answer });
    return known ? reply.code(304).send(undefined) : answer;
  });

  app.patch('/v1/credentials/:id', { schema: schemas.change }, async (request, reply) => {
    const current = await store.credentials.get(request.params.id);
    if (current === null) throw notFound('credential', request.params.id);
    const { name, tenantId, clientId, endpoints } = request.body;
    const changed = await loginChange(deps, { fields: request.body, current });
    const checked = endpoints === undefined ? null : checkEndpoints({ cloud: current.cloud, endpoints, allowed: settings.customEndpoints });
    const fields = { name, tenantId, clientId, ...changed, ...(checked && { endpoints: checked }) };
    const { credential, warnings } = await change(request, fields);
    void reply.header('etag', tag(credential));
    return present(credential, [...(changed.login === undefined ? [] : loginWarnings(changed.login)), ...warnings]);
  });

  app.put('/v1/credentials/:id/secret', { schema: schemas.changeSecret }, async (request, reply) => {
    const login = await neededLogin(request.body, settings);
    const { credential, warnings } = await change(request, { login });
    void reply.header('etag', tag(credential));
    return present(credential, [...loginWarnings(login), ...warnings]);
  });
}
