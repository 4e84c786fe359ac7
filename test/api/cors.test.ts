import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiHost, type ApiHost } from './api-host.ts';

const page = 'https://trawl.example';
let open: ApiHost;
let shut: ApiHost;
beforeAll(async () => {
  open = await startApiHost({ settings: { corsOrigins: [page, 'http://localhost:5173'] } });
  shut = await startApiHost();
});
afterAll(async () => {
  await open.close();
  await shut.close();
});

/** What a browser asks before a call that carries a key or changes something. */
const preflight = (host: ApiHost, origin: string, { method = 'PATCH', headers = 'authorization,content-type,if-match' } = {}) =>
  host.app.inject({
    method: 'OPTIONS',
    url: '/v1/datasets/x',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
  });
const call = (host: ApiHost, origin: string, key: string | null = host.keys.admin) =>
  host.call('GET', '/v1/datasets', { key, headers: { origin } });
const corsHeaders = (headers: Record<string, unknown>) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('with origins named', () => {
  test.each([page, 'http://localhost:5173'])('a page of %s is let in by a preflight, without a key', async (origin) => {
    const answer = await preflight(open, origin);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers['access-control-allow-methods']).toContain('PATCH');
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match'])
      expect(answer.headers['access-control-allow-headers']).toContain(name);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(answer.headers['vary']).toMatch(/origin/i);
  });

  test('its calls are answered so that it can read the answer, its ETag and its refusals', async () => {
    const answer = await call(open, page);
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(page);
    for (const name of ['etag', 'location', 'x-request-id']) expect(answer.headers['access-control-expose-headers']).toContain(name);
    const refused = await call(open, page, null);
    expect(refused.status).toBe(401);
    expect(refused.headers['access-control-allow-origin']).toBe(page);
  });

  test.each(['https://evil.example', 'http://trawl.example', 'https://trawl.example.evil.example', 'https://trawl.example:8443', 'null'])(
    'a page of %s is not let in',
    async (origin) => {
      const asked = await preflight(open, origin);
      expect(asked.headers['access-control-allow-origin']).toBeUndefined();
      expect((await call(open, origin)).headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  test('calls without an origin, as those of programs, are answered as ever', async () => {
    expect((await open.call('GET', '/v1/datasets')).status).toBe(200);
    expect((await open.call('GET', '/docs/json', { key: null })).body.paths).toEqual(
      (await shut.call('GET', '/docs/json', { key: null })).body.paths,
    );
  });
});

test('without origins nothing is said to browsers, and a preflight is no route', async () => {
  const asked = await preflight(shut, page);
  expect(asked.statusCode).toBe(404);
  expect(corsHeaders(asked.headers)).toEqual([]);
  expect(corsHeaders((await call(shut, page)).headers)).toEqual([]);
});

test('a page that asks too often can read that it must wait', async () => {
  const busy = await startApiHost({ settings: { corsOrigins: [page], requestsPerMinute: 1 } });
  await call(busy, page);
  const refused = await call(busy, page);
  expect(refused.status).toBe(429);
  expect(refused.headers['access-control-allow-origin']).toBe(page);
  await busy.close();
});
