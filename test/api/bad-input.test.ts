import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../api/serving.ts';
import { createStartingApp } from '../../api/starting-app.ts';
import type { StoredDocument } from '../../contract/document.ts';
import { credentialBody, groups, makeBasics, sourceBody, startApiHost, type Answer, type ApiHost } from './api-host.ts';
import { storedDocument } from './stored-document.ts';

let host: ApiHost;
let port: number;
let basics: { credentialId: string; datasetId: string };
let sourceId: string;
let documentId: string;

beforeAll(async () => {
  host = await startApiHost({ callTimeoutMs: 1000 });
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = host.app.server.address() as AddressInfo);
  basics = await makeBasics(host);
  sourceId = (await host.call('POST', '/v1/sources', { body: sourceBody(basics) })).body.id as string;
  const document = storedDocument(
    { sourceId: ulid(), datasetId: basics.datasetId, graphId: 'm1' },
    { subject: 'Harvest', text: 'of plums' },
  );
  await host.store.db.collection<StoredDocument>('documents').insertOne(document);
  documentId = document._id;
  while ((await host.store.search.indexBatch(100)) > 0);
});
afterAll(async () => host?.close());

/** Bytes as they are; gives everything that was answered when the connection has ended. */
function sendRaw(at: number, bytes: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const socket = connect({ port: at, host: '127.0.0.1' }, () => socket.end(bytes));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

/** A refusal that helps: of the client's class, with a stable type, a reason and no trace of what was sent. */
function expectRefusal(answer: Answer, sent: string[] = []): void {
  expect([400, 401, 404, 409, 411, 413, 414, 415, 422, 431]).toContain(answer.status);
  expect(answer.body).toMatchObject({ type: expect.stringMatching(/^urn:trawl:problem:/), detail: expect.stringMatching(/\w+ \w+/) });
  expect(answer.body.detail.length).toBeLessThan(1000);
  for (const word of sent) expect(answer.text).not.toContain(word);
  expect(answer.text).not.toMatch(/mongo|BSON|at \w+ \(|node_modules/i);
}

describe('operators and patterns in filters', () => {
  const lists = [
    '/v1/documents?q[$ne]=x',
    '/v1/documents?q[$regex]=.*',
    '/v1/documents?kind[$gt]=',
    '/v1/documents?sourceId[$in][0]=a',
    '/v1/documents?datasetId=$where',
    '/v1/documents?from[$lt]=2026-01-01T00:00:00Z',
    '/v1/documents?__proto__[x]=1',
    '/v1/documents?limit=1;drop',
    '/v1/documents?limit=1e99',
    '/v1/documents?kind=message&kind=event',
    '/v1/sources?state[$ne]=running',
    '/v1/audit?callerId[$exists]=true',
    '/v1/audit?subjectId[$gt]=',
    '/v1/datasets?after[$gt]=',
  ];
  test.each(lists)('%s is refused', async (url) => expectRefusal(await host.call('GET', url)));

  test.each(['.*', '^H', 'H.rvest', '(a+)+$', '[', '\\', '$text', '{"$gt":""}', '-"', '"Harvest'])(
    'search for %s finds words or nothing',
    async (text) => {
      const { status, body } = await host.call('GET', `/v1/documents?q=${encodeURIComponent(text)}`);
      expect([200, 422]).toContain(status);
      if (status === 200) expect(body.items.every(({ subject }: { subject: string }) => text.includes(subject))).toBe(true);
    },
  );

  test('a folder that reads like a pattern is a folder of that name', async () => {
    for (const folder of ['.*', '/In.*', '/Inbox|/x']) {
      const { status, body } = await host.call('GET', `/v1/documents?folder=${encodeURIComponent(folder)}`);
      if (status === 200) expect(body.items).toEqual([]);
      else expect(status).toBe(422);
    }
  });

  test.each([
    ['POST', '/v1/sources', () => sourceBody(basics, { datasetId: { $ne: '' } })],
    ['POST', '/v1/sources', () => sourceBody(basics, { credentialId: { $gt: '' } })],
    ['POST', '/v1/sources', () => sourceBody(basics, { scope: { kind: 'user', address: { $regex: '.*' } } })],
    ['POST', '/v1/sources', () => sourceBody(basics, { $where: 'sleep(1000)' })],
    ['PATCH', '/v1/sources/:id', () => ({ description: { $set: { state: 'completed' } } })],
    ['POST', '/v1/sources/:id/skips/accept', () => ({ ids: [{ $ne: '' }] })],
    ['POST', '/v1/sources/:id/skips/accept', () => ({ mailboxId: { $gt: '' } })],
    ['POST', '/v1/api-keys', () => ({ name: 'x', role: { $in: ['admin'] } })],
    ['POST', '/v1/datasets', () => ({ name: { $gt: '' } })],
    ['PUT', '/v1/credentials/:id/secret', () => ({ secret: { $gt: '' } })],
  ] as const)('%s %s with an operator in a field is refused', async (method, path, body) => {
    const id = path.startsWith('/v1/credentials') ? basics.credentialId : sourceId;
    expectRefusal(await host.call(method, path.replace(':id', id), { body: body() }));
  });

  test.each(['%24ne', '..%2F..%2Fetc%2Fpasswd', '%00', 'a%0d%0aSet-Cookie:x', '{"$gt":""}', 'x'.repeat(1999)])(
    'an id like %s is nobody’s',
    async (id) => {
      for (const path of ['sources', 'datasets', 'credentials', 'crawls', 'documents', 'api-keys']) {
        expectRefusal(await host.call('GET', `/v1/${path}/${id}`));
      }
    },
  );
});

describe('what belongs to others', () => {
  test('is not there, in the same words as what is nowhere', async () => {
    const outsider = { key: host.keys.outsider };
    const there = await host.call('GET', `/v1/documents/${encodeURIComponent(documentId)}`, outsider);
    const nowhere = await host.call('GET', `/v1/documents/${encodeURIComponent(`${ulid()}:a:b`)}`, outsider);
    expect([there.status, there.body.detail]).toEqual([404, nowhere.body.detail]);
    const filtered = await host.call('GET', `/v1/documents?datasetId=${basics.datasetId}`, outsider);
    expect(filtered.body).toEqual({ items: [], next: null });
  });

  test('is not reached through a key of a page of it', async () => {
    const { body } = await host.call('GET', `/v1/documents?after=${encodeURIComponent(documentId.slice(0, -1))}`, {
      key: host.keys.outsider,
    });
    expect(body.items ?? []).toEqual([]);
  });

  test('an Idempotency-Key of somebody else is another one', async () => {
    const headers = { 'idempotency-key': 'shared-by-accident' };
    const mine = await host.call('POST', '/v1/sources', { headers, body: sourceBody(basics) });
    const theirs = await host.call('POST', '/v1/sources', { headers, body: sourceBody(basics), key: host.keys.operator });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });
});

describe('a secret in the wrong field', () => {
  const entraSecret = `abC8Q~${'x7Zk_'.repeat(6)}-Yq1`;
  const secrets: Record<string, () => string> = {
    'a client secret': () => entraSecret,
    'a client secret within words': () => `the secret is ${entraSecret}.`,
    'a key of Trawl': () => host.keys.reader,
    'an access token': () => `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(40)}`,
    'a private key': () => '-----BEGIN RSA PRIVATE KEY-----',
  };
  const places: Record<string, (secret: string) => Promise<Answer>> = {
    'the name of a dataset': (name) => host.call('POST', '/v1/datasets', { body: { name } }),
    'the name of a group': (displayName) =>
      host.call('POST', '/v1/datasets', { body: { name: ulid(), groups: [{ id: groups.inside, displayName }] } }),
    'the description of a source': (description) => host.call('POST', '/v1/sources', { body: sourceBody(basics, { description }) }),
    'a new description': (description) => host.call('PATCH', `/v1/sources/${sourceId}`, { body: { description } }),
    'the name of a credential': (name) => host.call('POST', '/v1/credentials', { body: { ...credentialBody(), name } }),
    'the client id': (clientId) => host.call('POST', '/v1/credentials', { body: { ...credentialBody(), clientId } }),
    'the tenant id': (tenantId) => host.call('PATCH', `/v1/credentials/${basics.credentialId}`, { body: { tenantId } }),
    'the name of a key': (name) => host.call('POST', '/v1/api-keys', { body: { name, role: 'reader' } }),
    'an id in a path': (id) => host.call('GET', `/v1/sources/${encodeURIComponent(id)}`),
    'a query': (key) => host.call('GET', `/v1/sources?apiKey=${encodeURIComponent(key)}`),
    'a field of another name': (password) => host.call('POST', '/v1/credentials', { body: { ...credentialBody(), password } }),
  };

  test.each(Object.keys(places))('in %s is refused, and is nowhere then', async (place) => {
    for (const make of Object.values(secrets)) {
      const secret = make();
      const answer = await places[place]!(secret);
      expect([401, 404, 422]).toContain(answer.status);
      // Ids that fit are repeated in "there is no source …"; a whole key of Trawl fits.
      if (place !== 'an id in a path') expectRefusal(answer, [secret]);
      expect(host.logLines.join('\n')).not.toContain(secret);
    }
    const stored = await Promise.all(
      (await host.store.db.listCollections().toArray()).map(async ({ name }) =>
        JSON.stringify(await host.store.db.collection(name).find().toArray()),
      ),
    );
    expect(stored.filter((text) => text.includes(entraSecret) || text.includes(host.keys.reader) || text.includes('PRIVATE KEY'))).toEqual(
      [],
    );
  });

  test('is told as one, with the field that it belongs to', async () => {
    const { body } = await places['the description of a source']!(entraSecret);
    expect(body.errors).toMatchObject([{ in: 'body', field: '/description', reason: expect.stringContaining('secret') }]);
    expect(body.errors[0].remedy).toContain('field secret of a credential');
  });

  test('and words that only sound like one are taken', async () => {
    for (const name of ['Q~ and A', 'Trawl_2026', 'eyJ', 'BEGIN PRIVATE', '8Q~']) {
      expect((await host.call('POST', '/v1/datasets', { body: { name: `${name} ${ulid()}` } })).status).toBe(201);
    }
  });
});

describe('headers, sizes and shapes that nobody should send', () => {
  const send = (options: { method?: string; path?: string; headers?: Record<string, string | string[]>; body?: string | Buffer }) =>
    new Promise<Answer>((resolve, reject) => {
      const { method = 'GET', path = '/v1/sources', headers = {}, body } = options;
      const asked = httpRequest(
        {
          port,
          host: '127.0.0.1',
          method,
          path,
          agent: false,
          headers: {
            authorization: `Bearer ${host.keys.admin}`,
            ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const isJson = String(response.headers['content-type']).includes('json');
            resolve({ status: response.statusCode ?? 0, text, body: isJson ? JSON.parse(text) : null, headers: response.headers });
          });
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  const json = { 'content-type': 'application/json' };
  const post = (body: string | Buffer, headers: Record<string, string | string[]> = {}) =>
    send({ method: 'POST', path: '/v1/datasets', headers: { ...json, ...headers }, body });

  const bodies: Record<string, string | Buffer> = {
    'deeply nested': `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    'nested in objects': `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    'of many fields': JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, number) => [`f${number}`, 1]))),
    'with a field twice': '{"name": "a", "name": {"$gt": ""}}',
    'with a constructor': '{"constructor": {"prototype": {"x": 1}}, "name": "x"}',
    'of numbers beyond any': '{"name": 1e999999}',
    'with lone surrogates': '{"name": "\\ud800", "extra": 1}',
    'that is no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    'compressed, and said to be plain': Buffer.from('H4sIAAAAAAAAA6tWKkvMKU1VslIqS8wpTVWqBQBB9JwyEgAAAA==', 'base64'),
    'a hundred megabytes': Buffer.alloc(2_000_000, 'x'),
  };
  test.each(Object.keys(bodies))('a body %s is refused', async (name) => {
    const answer = await post(bodies[name]!).catch((error: NodeJS.ErrnoException) => error.code);
    // A server may close the connection on somebody who goes on sending what was refused.
    if (typeof answer === 'string') expect(['ECONNRESET', 'EPIPE']).toContain(answer);
    else expectRefusal(answer!);
  });

  test('a compressed body is refused by its name', async () =>
    expectRefusal(await post('x', { 'content-encoding': 'gzip', 'content-type': 'application/gzip' })));

  test('a body where none belongs changes nothing', async () => {
    const answer = await send({ path: '/v1/sources', headers: json, body: '{"$where": 1}' });
    expect(answer.status).toBe(200);
  });

  test.each([
    ['If-Match', 'x'.repeat(5000)],
    ['If-Match', '"1", *, {"$gt": ""}'],
    ['Idempotency-Key', 'x'.repeat(300)],
    ['Idempotency-Key', 'a b\tc'],
    ['Idempotency-Key', '{"$ne":1}'.repeat(40)],
  ])('a header %s of %s is refused or of no effect', async (name, value) => {
    const patch = await send({
      method: 'PATCH',
      path: `/v1/sources/${sourceId}`,
      headers: { ...json, [name]: value },
      body: '{"priority":"low"}',
    });
    expect([200, 412, 422]).toContain(patch.status);
    const made = await post(JSON.stringify({ name: ulid() }), { [name]: value });
    expect([201, 422]).toContain(made.status);
  });

  test('two Authorization headers, one with more behind, and one of 20 kB are nobody’s', async () => {
    const { admin } = host.keys;
    for (const authorization of [
      `Bearer ${admin}, Bearer ${admin}`,
      `Bearer ${admin} x`,
      `Bearer\t${admin}`,
      `Bearer ${'x'.repeat(7000)}`,
    ]) {
      expectRefusal(await send({ headers: { authorization } }), [admin]);
    }
    const huge = await send({ headers: { authorization: `Bearer ${'x'.repeat(20_000)}` } });
    expect(huge.status).toBe(431);
    expectRefusal(huge);
  });

  test('headers that speak for somebody else speak for nobody', async () => {
    const headers = {
      'x-forwarded-for': '10.0.0.1',
      'x-original-url': '/v1/api-keys',
      'x-http-method-override': 'DELETE',
      'x-user': 'admin',
      cookie: `key=${host.keys.admin}`,
    };
    const answer = await send({ path: '/v1/datasets', headers: { ...headers, authorization: `Bearer ${host.keys.outsider}` } });
    expect(answer.body).toEqual({ items: [], next: null });
    expect((await send({ headers: { ...headers, authorization: '' } })).status).toBe(401);
  });

  test('many addresses of one client do not lift its limit', async () => {
    const limited = await startApiHost({ settings: { requestsPerMinute: 2 } });
    const statuses = [];
    for (let number = 0; number < 4; number += 1) {
      statuses.push((await limited.call('GET', '/v1/datasets', { headers: { 'x-forwarded-for': `10.0.0.${number}` } })).status);
    }
    await limited.close();
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  test.each(['TRACE', 'CONNECT', 'OPTIONS', 'PROPFIND'])('%s tells nothing', async (method) => {
    const answer = await send({ method }).catch(() => null);
    if (answer !== null) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain(host.keys.admin);
    }
  });

  test('requests that disagree about their length are refused and end the connection', async () => {
    const smuggled = `POST /v1/datasets HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/api-keys HTTP/1.1\r\nHost: x\r\n\r\n`;
    const answer = await sendRaw(port, smuggled);
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  });

  test('what is no HTTP is answered with a problem, by the server of the process too, and ends the connection', async () => {
    const log = pino({ level: 'silent' });
    const serving = await serve({
      ...{ host: '127.0.0.1', port: 0 },
      app: createStartingApp({ log, awaited: { mongodb: null, temporal: null } }),
    });
    for (const at of [port, Number(new URL(serving.address).port)]) {
      const [head = '', body = ''] = (await sendRaw(at, 'HELO trawl\r\n\r\n')).split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 400 [^]*Content-Type: application\/problem\+json/);
      expect(JSON.parse(body)).toMatchObject({ type: 'urn:trawl:problem:malformed-request', status: 400 });
    }
    await serving.close();
  });

  test('the API lives on', async () => expect((await host.call('GET', '/health/live', { key: null })).status).toBe(200));
});
