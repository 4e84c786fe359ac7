import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemKinds } from '../../api/problem.ts';
import { credentialBody, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

let host: ApiHost;
beforeAll(async () => {
  host = await startApiHost({ callTimeoutMs: 1000 });
});
afterAll(async () => host.close());

const raw = (payload: string, type = 'application/json') =>
  host.app.inject({
    method: 'POST',
    url: '/v1/datasets',
    headers: { authorization: `Bearer ${host.keys.admin}`, 'content-type': type },
    payload,
  });

describe('problems', () => {
  test('a command that names a JSON body and sends none is no malformed one', async () => {
    const answer = await host.app.inject({
      method: 'POST',
      url: '/v1/sources/none/stop',
      headers: { authorization: `Bearer ${host.keys.admin}`, 'content-type': 'application/json' },
      payload: '',
    });
    expect(answer.statusCode).toBe(404);
  });

  test.each([
    ['broken JSON', '{"name": ', 400, 'malformed-request'],
    ['an empty body', '', 422, 'invalid-request'],
    ['a poisoned prototype', '{"__proto__": {"name": "x"}}', 400, 'malformed-request'],
    ['a body that is no object', '[]', 422, 'invalid-request'],
    ['null', 'null', 422, 'invalid-request'],
    ['an operator in place of a text', '{"name": {"$gt": ""}}', 422, 'invalid-request'],
    ['an operator in a list', '{"name": "x", "groups": [{"$ne": 1}]}', 422, 'invalid-request'],
    ['an operator as a field', '{"name": "x", "$where": "1"}', 422, 'invalid-request'],
    ['control characters', '{"name": "x\\u0000y"}', 422, 'invalid-request'],
    ['too many characters', JSON.stringify({ name: 'x'.repeat(201) }), 422, 'invalid-request'],
    ['more than a megabyte', JSON.stringify({ name: 'x'.repeat(1_100_000) }), 413, 'body-too-large'],
  ])('%s answers %s words', async (_name, payload, status, kind) => {
    const answer = await raw(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const body = answer.json();
    expect(body).toMatchObject({ type: `urn:trawl:problem:${kind}`, status, title: expect.any(String), detail: expect.any(String) });
    expect(body.requestId).toBe(answer.headers['x-request-id']);
  });

  test('another content type answers 415', async () => {
    expect((await raw('name=x', 'application/x-www-form-urlencoded')).json()).toMatchObject({ status: 415 });
    expect((await raw('<x/>', 'text/xml')).json()).toMatchObject({ status: 415 });
  });

  test('an unknown route, a broken encoding and a wrong id answer in words', async () => {
    expect((await host.call('GET', '/v1/nothing')).body).toMatchObject({ status: 404, type: 'urn:trawl:problem:not-found' });
    expect((await host.call('DELETE', '/v1/datasets/x')).body).toMatchObject({ status: 404 });
    expect((await host.call('GET', '/v1/sources/%E0%A4%A')).body).toMatchObject({ status: 400 });
    expect((await host.call('GET', '/v1/sources/a:b')).body).toMatchObject({ status: 422, errors: [{ in: 'path', field: '/id' }] });
  });

  test('every kind of problem has a status of its class and a title', () => {
    for (const { status, title } of Object.values(problemKinds)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title).not.toMatch(/\.$/);
    }
  });
});

test('too many requests of one address answer 429 with the time to wait', async () => {
  const busy = await startApiHost({ settings: { requestsPerMinute: 3 } });
  for (let n = 0; n < 3; n += 1) expect((await busy.call('GET', '/v1/datasets')).status).toBe(200);
  const refused = await busy.call('GET', '/v1/datasets');
  expect(refused.body).toMatchObject({ status: 429, type: 'urn:trawl:problem:rate-limited' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await busy.call('GET', '/health/live', { key: null })).status).toBe(200);
  await busy.close();
});

test('guessing keys is limited like every other request', async () => {
  const guessed = await startApiHost({ settings: { requestsPerMinute: 3 } });
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await guessed.call('GET', '/v1/api-keys', { key: `trawl_guess_${n}` })).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  await guessed.close();
});

test('MongoDB away answers 503 with the remedy, and health says so', async () => {
  const lost = await startApiHost();
  await lost.store.client.close();
  const answer = await lost.call('GET', '/v1/datasets');
  expect(answer.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:store-unavailable' });
  expect(answer.body.detail).toContain('MONGODB_URI');
  expect((await lost.call('GET', '/health/ready', { key: null })).body).toMatchObject({ ready: false, mongodb: { ok: false } });
  expect((await lost.call('GET', '/health/live', { key: null })).status).toBe(200);
  expect((await lost.call('GET', '/metrics', { key: null })).text).toContain('trawl_api_request_seconds');
  await lost.app.close();
});

test('answers carry the headers of a careful server', async () => {
  const { headers } = await host.call('GET', '/v1/datasets');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['content-security-policy']).toBeDefined();
  expect(headers['x-powered-by']).toBeUndefined();
});

test('a secret is in no answer and no log, wherever it was put', async () => {
  const canary = 'canary-3f9a77';
  const basics = await makeBasics(host);
  const answers = await Promise.all([
    host.call('POST', '/v1/credentials', { body: credentialBody(canary) }),
    host.call('POST', '/v1/credentials', { body: { ...credentialBody(canary), name: undefined } }),
    host.call('POST', '/v1/credentials', { body: { ...credentialBody(), secret: { value: canary } } }),
    host.call('POST', '/v1/credentials', { body: { ...credentialBody(), cloud: canary } }),
    host.call('POST', '/v1/credentials', { body: { ...credentialBody(), clientId: `${canary}!` } }),
    host.call('POST', '/v1/credentials', { body: { ...credentialBody(), extra: canary } }),
    host.call('POST', '/v1/credentials', {
      body: { ...credentialBody(), endpoints: { authority: `https://${canary}.example`, graph: canary } },
    }),
    host.call('POST', '/v1/sources', { body: sourceBody(basics, { country: canary, intervalMs: canary }) }),
    host.call('GET', '/v1/sources', { key: canary }),
    host.call('GET', `/v1/documents?q=${canary}`),
    raw(`{"secret": "${canary}`).then((answer) => ({ text: answer.body })),
    raw(`{"secret": "${canary}"}${canary}`).then((answer) => ({ text: answer.body })),
  ]);
  for (const { text } of answers) expect(text).not.toContain(canary);
  const logged = host.logLines.join('\n');
  expect(logged).not.toContain(canary);
  for (const key of Object.values(host.keys)) expect(logged).not.toContain(key);
  expect(host.logLines.length).toBeGreaterThan(0);
});
