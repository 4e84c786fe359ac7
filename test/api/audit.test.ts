import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { credentialBody, groups, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';
import { storedDocument } from './stored-document.ts';

let host: ApiHost;
let documentId: string;
beforeAll(async () => {
  host = await startApiHost();
  const dataset = await host.call('POST', '/v1/datasets', { body: { name: 'Seen', groups: [{ id: groups.inside }] } });
  const document = storedDocument({ sourceId: ulid(), datasetId: dataset.body.id, graphId: 'm1' }, { subject: 'Quarterly figures' });
  await host.store.db.collection<StoredDocument>('documents').insertOne(document);
  documentId = document._id;
});
afterAll(async () => host.close());

interface Entry {
  id: string;
  at: string;
  caller: { kind: string; id: string; name: string };
  method: string;
  route: string;
  subjectIds: string[];
  createdId: string | null;
  status: number | null;
}

async function entries(query = ''): Promise<Entry[]> {
  const answer = await host.call('GET', `/v1/audit?limit=200${query}`);
  expect(answer.status).toBe(200);
  return answer.body.items as Entry[];
}
const entryOf = async (answer: { headers: Record<string, unknown> }): Promise<Entry | undefined> =>
  (await entries()).find(({ id }) => id === answer.headers['x-request-id']);
const open = (id: string, key?: string) => host.call('GET', `/v1/documents/${encodeURIComponent(id)}`, key === undefined ? {} : { key });

describe('what was done', () => {
  test('is told with the caller, the route, the ids and the status', async () => {
    const { credentialId, datasetId } = await makeBasics(host);
    const made = await host.call('POST', '/v1/sources', { body: sourceBody({ credentialId, datasetId }), key: host.keys.operator });
    expect(await entryOf(made)).toEqual({
      id: made.headers['x-request-id'],
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      caller: { kind: 'apiKey', id: host.keys.operator.split('_')[1], name: 'operator' },
      method: 'POST',
      route: '/v1/sources',
      subjectIds: [datasetId, made.body.id],
      createdId: made.body.id,
      status: 201,
    });
    const changed = await host.call('PATCH', `/v1/sources/${made.body.id}`, { body: { priority: 'high' } });
    expect(await entryOf(changed)).toMatchObject({ route: '/v1/sources/:id', subjectIds: [made.body.id], createdId: null, status: 200 });
  });

  test('names documents that were opened, and no lists and records that were read', async () => {
    const opened = await open(documentId, host.keys.reader);
    expect(opened.status).toBe(200);
    expect(await entryOf(opened)).toMatchObject({
      route: '/v1/documents/:id',
      subjectIds: [documentId],
      status: 200,
      caller: { name: 'reader' },
    });
    const mime = await host.call('GET', `/v1/documents/${encodeURIComponent(documentId)}/mime`);
    expect(await entryOf(mime)).toMatchObject({ route: '/v1/documents/:id/mime', subjectIds: [documentId], status: 404 });
    const before = (await entries()).length;
    for (const url of ['/v1/documents', '/v1/datasets', '/v1/audit', '/v1/sources/none']) await host.call('GET', url);
    expect(await entries()).toHaveLength(before);
  });

  test('tells what was refused, but of nobody without a key', async () => {
    const forbidden = await host.call('POST', '/v1/datasets', { body: { name: 'x' }, key: host.keys.reader });
    expect(await entryOf(forbidden)).toMatchObject({ status: 403, caller: { name: 'reader' }, createdId: null });
    const invalid = await host.call('POST', '/v1/datasets', { body: { wrong: 1 } });
    expect(await entryOf(invalid)).toMatchObject({ status: 422 });
    const noSuchKey = '01JD00000000000000000000KE';
    const missing = await host.call('DELETE', `/v1/api-keys/${noSuchKey}`);
    expect(await entryOf(missing)).toMatchObject({ status: 404, subjectIds: [noSuchKey] });
    const mistaken = await host.call('DELETE', '/v1/api-keys/a-secret-put-here-by-mistake');
    expect(await entryOf(mistaken)).toMatchObject({ status: 404, subjectIds: [] });
    const unknown = await host.call('POST', '/v1/datasets', { body: { name: 'x' }, key: 'nobody' });
    expect(unknown.status).toBe(401);
    expect(await entryOf(unknown)).toBeUndefined();
  });

  test('holds nothing that was said: no body, query, secret, address or key', async () => {
    const canary = 'canary-71c2';
    await host.call('POST', '/v1/credentials', { body: credentialBody(canary) });
    await host.call('POST', '/v1/datasets', { body: { name: canary } });
    await host.call('POST', `/v1/datasets?q=${canary}`, { body: { name: 'x' } });
    await host.call('GET', `/v1/documents?q=${canary}`);
    await open(`${canary}@contoso.example`);
    await open(`Bearer ${canary}`);
    await open(host.keys.admin);
    const stored = JSON.stringify(await host.store.db.collection('audit').find().toArray());
    expect(stored).not.toContain(canary);
    expect(stored).not.toContain(host.keys.admin);
  });
});

describe('the list', () => {
  test('is newest first and paged by key to its end, without doubles', async () => {
    for (let n = 0; n < 5; n += 1) await host.call('POST', '/v1/datasets', { body: {} });
    const seen: Entry[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = await host.call('GET', `/v1/audit?limit=3${after === '' ? '' : `&after=${after}`}`);
      seen.push(...(page.body.items as Entry[]));
      after = page.body.next as string | null;
    }
    const ids = seen.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(await host.store.db.collection('audit').countDocuments());
  });

  test('is filtered by caller, route, subject and time', async () => {
    const reader = host.keys.reader.split('_')[1]!;
    await open(documentId, host.keys.reader);
    expect(new Set((await entries(`&callerId=${reader}`)).map(({ caller }) => caller.id))).toEqual(new Set([reader]));
    expect(new Set((await entries('&route=/v1/documents/:id')).map(({ route }) => route))).toEqual(new Set(['/v1/documents/:id']));
    expect(new Set((await entries('&method=PATCH')).map(({ method }) => method))).toEqual(new Set(['PATCH']));
    const ofDocument = await entries(`&subjectId=${encodeURIComponent(documentId)}`);
    expect(ofDocument.length).toBeGreaterThan(0);
    expect(ofDocument.every(({ subjectIds }) => subjectIds.includes(documentId))).toBe(true);
    const all = await entries();
    const [newest] = all;
    const since = await entries(`&from=${newest!.at}`);
    // Ids tell no time before 1970.
    expect(await entries('&from=0616-06-24T09:42:33Z')).not.toEqual([]);
    expect(await entries('&to=0616-06-24T09:42:33Z')).toEqual([]);
    const before = await entries(`&to=${newest!.at}`);
    expect(since[0]?.id).toBe(newest!.id);
    expect(since.length + before.length).toBe(all.length);
    expect(await entries('&to=2001-01-01T00:00:00Z')).toEqual([]);
  });

  test.each(['?callerId=a b', '?route=/datasets', '?method=HEAD', '?from=yesterday', '?subjectId[$ne]=x', '?caller=x'])(
    'refuses %s',
    async (query) => {
      expect((await host.call('GET', `/v1/audit${query.replace(' ', '%20')}`)).status).toBe(422);
    },
  );
});

describe('when MongoDB takes no entry', () => {
  /** Has MongoDB refuse entries, as one without room or rights would; gives what lets it take them again. */
  async function refuse(validator: object): Promise<() => Promise<unknown>> {
    const { db } = host.store;
    const [{ options }] = (await db.listCollections({ name: 'audit' }).toArray()) as unknown as [{ options: { validator: object } }];
    await db.command({ collMod: 'audit', validator });
    return () => db.command({ collMod: 'audit', validator: options.validator });
  }

  test('no document is opened and nothing is changed: 503', async () => {
    const repair = await refuse({ never: { $exists: true } });
    const opened = await open(documentId);
    const made = await host.call('POST', '/v1/datasets', { body: { name: 'Not audited' } });
    await repair();
    for (const answer of [opened, made]) expect(answer.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:store-unavailable' });
    expect(opened.text).not.toContain('Quarterly');
    expect(await host.store.datasets.findByName('Not audited')).toBeNull();
  });

  test('only for the outcome, the answer is sent, the entry says so and the log too', async () => {
    const repair = await refuse({ status: null });
    const made = await host.call('POST', '/v1/datasets', { body: { name: 'Half audited' } });
    await repair();
    expect(made.status).toBe(201);
    expect(await entryOf(made)).toMatchObject({ route: '/v1/datasets', status: null, createdId: null });
    expect(host.logLines.join('\n')).toContain('The outcome of a request could not be audited');
  });
});

test('entries are kept as long as was said last', async () => {
  const expiry = async () => (await host.store.db.collection('audit').indexes()).find(({ name }) => name === 'kept');
  await host.store.audit.keepFor(365);
  expect(await expiry()).toMatchObject({ key: { at: 1 }, expireAfterSeconds: 365 * 86_400 });
  await host.store.audit.keepFor(30);
  await host.store.audit.keepFor(30);
  expect(await expiry()).toMatchObject({ key: { at: 1 }, expireAfterSeconds: 30 * 86_400 });
});
