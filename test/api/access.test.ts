import { createPrivateKey, randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { SignJWT } from 'jose';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeRoles } from '../../api/access.ts';
import { mintKey } from '../../api/keys.ts';
import { trustAuthorities } from '../../api/trust-authorities.ts';
import type { Role } from '../../contract/api-key.ts';
import type { StoredDocument } from '../../contract/document.ts';
import { startEmulator, type TestEmulator } from '../emulator/support.ts';
import { credentialBody, groups, makeBasics, sourceBody, startApiHost, type Answer, type ApiHost } from './api-host.ts';
import { matrix, openRoutes, type Records, type Row } from './authorisation-matrix.ts';
import { storedDocument } from './stored-document.ts';

type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

const apiId = '0f2d9c40-6c1c-4d6e-8f8a-7f7d1b1f5a33';
const subject = 'Zeppelin timetable';
let entra: TestEmulator;
let host: ApiHost;
let records: Records;
/** Everything that Fastify was told to serve, hidden routes included. */
const served = new Set<string>();

const watchRoutes = (message: unknown): void => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) served.add(`${name} ${url}`);
  });
};

/** A token as Entra signs it for somebody with these roles, within the group or not. */
async function tokenOf(roles: string[], within: boolean, until = '1h'): Promise<string> {
  const keys = await fetch(`${entra.url}/${entra.tenantId}/discovery/v2.0/keys`);
  const { kid } = ((await keys.json()) as { keys: { kid: string }[] }).keys[0]!;
  const claims = { tid: entra.tenantId, ver: '2.0', scp: 'access_as_user', roles, groups: within ? [groups.inside] : [] };
  return new SignJWT({ ...claims, oid: randomUUID(), idtyp: 'user' })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
    .setIssuer(`${entra.url}/${entra.tenantId}/v2.0`)
    .setAudience(apiId)
    .setIssuedAt()
    .setNotBefore('-1h')
    .setExpirationTime(until)
    .sign(createPrivateKey(readFileSync(join(entra.dataDir, 'token-key.pem'))));
}

async function keyOf(role: Role, given: { groupIds?: string[]; expiresAt?: Date } = {}): Promise<string> {
  const { text, record } = mintKey({
    name: role,
    role,
    groupIds: given.groupIds ?? [],
    expiresAt: given.expiresAt ?? null,
    now: new Date(),
  });
  await host.store.apiKeys.create(record);
  return text;
}

/** A message with its MIME form, as the crawl keeps both. */
async function storeDocument(at: { sourceId: string; datasetId: string }): Promise<string> {
  const due = { due: true, key: 'k', claim: null, tries: 0, fileId: null, bytes: null, sha256: null, readAt: null };
  const message = storedDocument({ ...at, graphId: 'm1' }, { subject, mime: due });
  await host.store.db.collection<StoredDocument>('documents').insertOne(message);
  const bytes = Buffer.from(`Subject: ${subject}\r\n\r\nAt noon.\r\n`);
  const of = { sourceId: at.sourceId, mailboxId: message.mailboxId };
  const file = await host.store.mimes.begin({ ...of, message: { documentId: message._id, graphId: 'm1', key: 'k', tries: 0 } });
  await file.write(bytes);
  expect(await file.keep({ bytes: bytes.length, sha256: 'ab', at: new Date() })).toBe(true);
  while ((await host.store.search.indexBatch(100)) > 0);
  return message._id;
}

beforeAll(async () => {
  entra = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 1 } });
  trustAuthorities(entra.caFile);
  const roles = { admin: 'Trawl.Admin', operator: 'Trawl.Operator', reader: 'Trawl.Reader' };
  const signIn = { tenantId: entra.tenantId, clientId: apiId, authority: entra.url, roles, groupsCredentialId: null };
  subscribe('fastify.initialization', watchRoutes);
  host = await startApiHost({ callTimeoutMs: 5000, testTimeoutMs: 100, commandTimeoutMs: 500, settings: { signIn } });
  unsubscribe('fastify.initialization', watchRoutes);
  const basics = await makeBasics(host);
  const made = async () => (await host.call('POST', '/v1/sources', { body: sourceBody(basics) })).body.id as string;
  const [sourceId, busySourceId] = [await made(), await made()];
  const { body } = await host.call('POST', `/v1/sources/${busySourceId}/start`);
  const documentId = await storeDocument({ sourceId, datasetId: basics.datasetId });
  const unused = await host.call('POST', '/v1/credentials', { body: credentialBody() });
  records = {
    datasetId: basics.datasetId,
    credentialId: unused.body.id as string,
    sourceId,
    busySourceId,
    crawlId: body.crawlId as string,
    documentId,
    subject,
    host,
  };
});
afterAll(async () => {
  await host?.close();
  await entra?.stop();
});

/** Everybody who is somebody: the row's column, and whether they are in the group. */
const somebodies: Record<string, { role: Role; within: boolean; key: () => Promise<string> }> = {
  'admin in the group': { role: 'admin', within: true, key: async () => host.keys.admin },
  'admin outside': { role: 'admin', within: false, key: () => keyOf('admin') },
  'operator in the group': { role: 'operator', within: true, key: async () => host.keys.operator },
  'operator outside': { role: 'operator', within: false, key: () => keyOf('operator') },
  'reader in the group': { role: 'reader', within: true, key: async () => host.keys.reader },
  'reader outside': { role: 'reader', within: false, key: async () => host.keys.outsider },
  'Entra user, admin in the group': { role: 'admin', within: true, key: () => tokenOf(['Trawl.Admin'], true) },
  'Entra user, admin outside': { role: 'admin', within: false, key: () => tokenOf(['Trawl.Admin'], false) },
  'Entra user, operator': { role: 'operator', within: true, key: () => tokenOf(['Trawl.Operator'], true) },
  'Entra user, reader in the group': { role: 'reader', within: true, key: () => tokenOf(['Trawl.Reader'], true) },
  'Entra user, reader outside': { role: 'reader', within: false, key: () => tokenOf(['Trawl.Reader'], false) },
};

/** Keys that open nothing. */
const nobodies: Record<string, () => Promise<string | null>> = {
  'no key': async () => null,
  nonsense: async () => 'nonsense',
  'a wrong secret': async () => `trawl_${host.keys.admin.split('_')[1]!}_${'A'.repeat(43)}`,
  'an unknown id': async () => `trawl_${'0'.repeat(26)}_${host.keys.admin.slice(-43)}`,
  'a key with more behind': async () => `${host.keys.admin}x`,
  'an expired key': () => keyOf('admin', { groupIds: [groups.inside], expiresAt: new Date(Date.now() - 1000) }),
  'an expired token': () => tokenOf(['Trawl.Admin'], true, '-2m'),
};

async function send(route: string, row: Pick<Row, 'path' | 'body'>, key: string | null): Promise<Answer> {
  const [method, pattern] = route.split(' ') as [Method, string];
  const url = row.path === undefined ? pattern : pattern.replace(':id', await row.path(records));
  return host.call(method, url, { key, ...(row.body !== undefined && { body: row.body(records) }) });
}

function expected(row: Row, { role, within }: { role: Role; within: boolean }): number {
  if (within) return row[role];
  return { admin: row.outsideAdmin, reader: row.outsideReader, operator: undefined }[role] ?? row[role];
}

const isShown = (row: Row, { role, within }: { role: Role; within: boolean }): boolean =>
  within || (row.showsAllToOperators === true && role !== 'reader');

describe.each(Object.entries(matrix))('%s', (route, row) => {
  test('answers each caller as the matrix says', async () => {
    const answers: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    for (const [who, somebody] of Object.entries(somebodies)) {
      const { status, text } = await send(route, row, await somebody.key());
      const shows = row.shows !== undefined && status < 300;
      answers[who] = { status, ...(shows && { shown: text.includes(row.shows!(records)) }) };
      wanted[who] = { status: expected(row, somebody), ...(shows && { shown: isShown(row, somebody) }) };
    }
    expect(answers).toEqual(wanted);
  });

  test('answers nobody, and says how to become somebody', async () => {
    for (const [who, key] of Object.entries(nobodies)) {
      const answer = await send(route, row, await key());
      expect(answer.body, who).toMatchObject({ status: 401, type: 'urn:trawl:problem:unauthenticated' });
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  test('is forbidden to somebody whom Entra gave no role', async () => {
    const answer = await send(route, row, await tokenOf(['Somebody.Else'], true));
    expect(answer.body).toMatchObject({ status: 403, type: 'urn:trawl:problem:forbidden' });
  });
});

describe.each(Object.entries(openRoutes))('%s', (route, { open, path }) => {
  test('answers everybody, and tells no records', async () => {
    const [method, pattern] = route.split(' ') as [Method, string];
    for (const key of [null, 'nonsense', host.keys.reader]) {
      const { status, text } = await host.call(method, path ?? pattern, { key });
      expect(status).toBe(open);
      for (const told of [subject, records.documentId, records.datasetId, records.sourceId]) expect(text).not.toContain(told);
    }
  });
});

test('every route that is served stands in the matrix, and every row of it is served', () => {
  const rows = [...Object.keys(matrix), ...Object.keys(openRoutes)];
  expect([...served].toSorted()).toEqual(rows.toSorted());
  expect(Object.keys(matrix).toSorted()).toEqual(Object.keys(routeRoles).toSorted());
});

test('a key in another scheme or place is no key', async () => {
  const { admin } = host.keys;
  for (const headers of [{ authorization: `Basic ${admin}` }, { 'x-api-key': admin }, { authorization: admin }] as Record<
    string,
    string
  >[]) {
    expect((await host.call('GET', '/v1/sources', { key: null, headers })).status).toBe(401);
  }
  expect((await host.call('GET', `/v1/sources?key=${admin}`, { key: null })).status).toBe(401);
});

test('an id of nobody’s is answered as one that the caller may not see', async () => {
  const of = async (id: string) => {
    const { status, body } = await host.call('GET', `/v1/documents/${encodeURIComponent(id)}`, { key: host.keys.outsider });
    return { status, type: body.type, detail: body.detail };
  };
  expect(await of(records.documentId)).toEqual(await of(`${ulid()}:mailbox-1:none`));
});
