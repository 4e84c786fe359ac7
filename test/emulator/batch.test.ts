import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

interface Step {
  readonly id: string;
  readonly method?: string;
  readonly url: string;
  readonly [name: string]: unknown;
}

describe('$batch', () => {
  let client: TestEmulator;
  let user: string;
  const post = async (payload: unknown, version = 'v1.0') =>
    client.send('POST', `${client.url}/${version}/$batch`, {
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
      headers: { authorization: `Bearer ${await client.appToken()}`, 'content-type': 'application/json' },
    });
  const batch = (steps: readonly Step[]) => post({ requests: steps.map((step) => ({ method: 'GET', ...step })) });
  const byId = (responses: readonly any[]) => Object.fromEntries(responses.map((response) => [response.id, response]));
  const stats = async () => (await client.control('GET', '/stats')).body;
  const inbox = () => `/users/${user}/mailFolders/inbox`;

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 3, messagesPerMailbox: 20 } });
    user = client.emulator.world.users()[0]!.id;
    await client.appToken();
  });
  afterEach(() =>
    Promise.all([client.control('DELETE', '/faults'), client.control('DELETE', '/stats'), client.control('DELETE', '/limits')]),
  );
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('answers each request on its own, with headers of its own', async () => {
    const { status, body } = await batch([
      { id: 'a', url: '/users?$top=1&$select=id' },
      { id: 'b', url: `${inbox()}?$select=displayName` },
      { id: 'c', url: 'users/nobody@nowhere.example/messages' },
      { id: 'd', url: '/users/$count', headers: { ConsistencyLevel: 'eventual' } },
    ]);
    const { a, b, c, d } = byId(body.responses);
    expect([status, a.status, b.status, c.status, d.status]).toEqual([200, 200, 200, 404, 200]);
    expect(a.headers).toMatchObject({ 'Content-Type': expect.stringMatching(/^application\/json/), 'x-ms-resource-unit': '1' });
    expect([a.body.value.length, b.body.displayName.length > 0, c.body.error.code]).toEqual([1, true, 'ErrorInvalidUser']);
    expect(Buffer.from(d.body, 'base64').toString()).toBe(String(client.emulator.world.users().length));
    expect(a.body['@odata.nextLink']).toMatch(new RegExp(`^${client.url}/v1.0/users\\?`));
    expect((await stats()).byKind).toMatchObject({ batch: 1, 'users.list': 1, 'mailFolders.get': 1, 'users.count': 1 });
  });

  test('answers beta in links of beta', async () => {
    const { body } = await post({ requests: [{ id: '1', method: 'GET', url: '/users?$top=1' }] }, 'beta');
    expect(body.responses[0].body['@odata.nextLink']).toContain('/beta/users?');
  });

  test('gives MIME and photos in base64, and takes other media so', async () => {
    const message = (await client.get(`${inbox()}/messages?$top=1&$select=id`)).body.value[0].id;
    const { body } = await batch([
      { id: '1', url: `/users/${user}/messages/${encodeURIComponent(message)}/$value`, headers: { Prefer: 'IdType="ImmutableId"' } },
    ]);
    expect([body.responses[0].status, Buffer.from(body.responses[0].body, 'base64').toString()]).toEqual([
      200,
      expect.stringMatching(/^[\w-]+: /m),
    ]);
  });

  test('asks Outlook four at a time, so that one batch of one mailbox stays within its limit', async () => {
    await client.control('PUT', '/latency', { ms: 5 });
    const { body } = await batch(Array.from({ length: 20 }, (_, index) => ({ id: String(index), url: inbox() })));
    await client.control('PUT', '/latency', { ms: 0 });
    expect(body.responses.map((response: any) => response.status)).toEqual(Array(20).fill(200));
    expect(await stats()).toMatchObject({ violations: 0, largestConcurrency: 4 });
  });

  test('throttles each inner request on its own, with a Retry-After of its own, in an envelope of 200', async () => {
    await client.control('POST', '/clock', { advanceMs: 700_000 });
    await client.control('PUT', '/limits', { requestsPerWindow: 2 });
    const { status, body } = await batch([1, 2, 3, 4].map((id) => ({ id: String(id), url: inbox() })));
    const refused = body.responses.filter((response: any) => response.status === 429);
    expect([status, refused.length]).toEqual([200, 2]);
    expect(refused[0]).toMatchObject({
      headers: { 'Retry-After': expect.stringMatching(/^\d+$/) },
      body: { error: { code: 'ApplicationThrottled' } },
    });
  });

  test('keeps the order of dependsOn, and fails what depends on a failure with 424', async () => {
    await client.control('POST', '/faults', { match: { path: '/messages' }, answer: { status: 500 } });
    const { body } = await batch([
      { id: '3', url: inbox(), dependsOn: ['2'] },
      { id: '1', url: '/users?$top=1' },
      { id: '2', url: `${inbox()}/messages`, dependsOn: ['1'] },
    ]);
    expect(body.responses.map((response: any) => [response.id, response.status])).toEqual([
      ['1', 200],
      ['2', 500],
      ['3', 424],
    ]);
    const same = await batch([
      { id: 'x', url: inbox() },
      { id: 'y', url: inbox(), dependsOn: ['x'] },
      { id: 'z', url: inbox(), dependsOn: ['X'] },
    ]);
    expect([same.body.responses.map((response: any) => response.status), (await stats()).largestConcurrency]).toEqual([[200, 200, 200], 1]);
  });

  test('plays faults on one inner request alone; a broken connection behind it is a 502', async () => {
    await client.control('POST', '/faults', { match: { path: 'mailFolders/inbox$', nth: 2 }, answer: { status: 503, emptyBody: true } });
    await client.control('POST', '/faults', { match: { path: 'mailFolders/drafts$' }, answer: { reset: 'inBody' } });
    const { body } = await batch([
      { id: '1', url: inbox() },
      { id: '2', url: inbox() },
      { id: '3', url: `/users/${user}/mailFolders/drafts` },
    ]);
    const { 3: cut, ...others } = byId(body.responses);
    expect(
      Object.values(others)
        .map((response: any) => response.status)
        .toSorted(),
    ).toEqual([200, 503]);
    expect(cut.status).toBe(502);
  });

  test('has the rights of its own token and none without', async () => {
    const without = await client.send('POST', `${client.url}/v1.0/$batch`, { body: '{}', headers: { 'content-type': 'application/json' } });
    expect([without.status, without.body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
    const { body } = await batch([{ id: '1', url: '/me/messages' }]);
    expect(body.responses[0].status).toBe(400);
  });

  test('refuses what is no batch as a whole', async () => {
    const step = { id: '1', method: 'GET', url: '/users' };
    const refusals: [unknown, RegExp][] = [
      ['{"requests":[', /Invalid batch payload format/],
      ['[]', /Invalid batch payload format/],
      [{}, /Invalid batch payload format/],
      [{ requests: [] }, /Invalid batch payload format/],
      [{ requests: [null] }, /Invalid batch payload format/],
      [{ requests: [{ ...step, id: 7 }] }, /Invalid batch payload format/],
      [{ requests: [{ ...step, method: 'TRACE' }] }, /Invalid batch payload format/],
      [{ requests: [{ ...step, headers: { a: 1 } }] }, /Invalid batch payload format/],
      [{ requests: [step, { ...step, id: '1' }] }, /Request Id 1 has to be unique in a batch/],
      [{ requests: Array.from({ length: 21 }, (_, id) => ({ ...step, id: String(id) })) }, /exceeds the maximum value of 20/],
      [{ requests: [{ ...step, method: 'POST' }] }, /does not contain Content-Type header or body/],
      [{ requests: [{ ...step, dependsOn: ['9'] }] }, /depends on 9/],
      [{ requests: [{ ...step, dependsOn: ['1'] }] }, /dependsOn/],
      [{ requests: [step, { ...step, id: '2' }, { ...step, id: '3', dependsOn: ['1', '2'] }] }, /dependsOn/],
    ];
    for (const [payload, text] of refusals) {
      const { status, body } = await post(payload);
      expect([status, body.error.message]).toEqual([400, expect.stringMatching(text)]);
    }
    expect((await client.get('/$batch')).status).toBe(405);
  });

  test('refuses inside what is no request: a version, a whole URL, a batch, a broken query', async () => {
    const { body } = await batch([
      { id: '1', url: '/v1.0/users' },
      { id: '2', url: 'https://graph.microsoft.com/v1.0/users' },
      { id: '3', url: '/$batch', method: 'POST', body: { requests: [] }, headers: { 'Content-Type': 'application/json' } },
      { id: '4', url: '/users?$top=%' },
    ]);
    expect(body.responses.map((response: any) => [response.status, typeof response.body.error.message])).toEqual(
      Array(4).fill([400, 'string']),
    );
  });
});
