import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeRoles } from '../../api/access.ts';
import { mintKey } from '../../api/keys.ts';
import { roles } from '../../contract/api-key.ts';
import { startApiHost, type ApiHost } from './api-host.ts';

let host: ApiHost;
let expired: string;
beforeAll(async () => {
  host = await startApiHost({ callTimeoutMs: 1000 });
  const old = mintKey({ name: 'old', role: 'admin', groupIds: [], expiresAt: new Date(Date.now() - 1000), now: new Date() });
  await host.store.apiKeys.create(old.record);
  expired = old.text;
});
afterAll(async () => host.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
const routes = Object.entries(routeRoles).map(([route, allowed]) => {
  const [method, path] = route.split(' ') as [Method, string];
  return { route, method, url: path.replace(':id', 'no-such-id'), allowed };
});

describe.each(routes)('$route', ({ method, url, allowed }) => {
  // An empty body: who is let in gets 404 or 422, never a change.
  const ask = (key: string | null) => host.call(method, url, { key, ...(method !== 'GET' && method !== 'DELETE' && { body: {} }) });

  test.each(roles)('as %s', async (role) => {
    const { status, body } = await ask(host.keys[role]);
    if (allowed.includes(role)) expect([200, 404, 409, 422]).toContain(status);
    else expect(body).toMatchObject({ status: 403, type: 'urn:trawl:problem:forbidden' });
  });

  test('without a key, and with keys that are no keys', async () => {
    const [, id, secret] = host.keys.admin.split('_', 3) as [string, string, string];
    const wrong = [null, 'nonsense', expired, `trawl_${id}_${'A'.repeat(43)}`, `trawl_${'0'.repeat(26)}_${secret}`, `${host.keys.admin}x`];
    for (const key of wrong) {
      const answer = await ask(key);
      expect(answer.body).toMatchObject({ status: 401, type: 'urn:trawl:problem:unauthenticated' });
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });
});

test('the table of roles and the routes that are served are the same', async () => {
  const document = (await host.call('GET', '/docs/json', { key: null })).body as { paths: Record<string, Record<string, unknown>> };
  const served = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
  expect(served.toSorted()).toEqual(Object.keys(routeRoles).toSorted());
});

test('health, metrics and docs are open, and tell no records', async () => {
  for (const url of ['/health/live', '/health/ready', '/metrics', '/docs/', '/docs/json']) {
    expect((await host.call('GET', url, { key: null })).status).toBe(200);
  }
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
