import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRaw, sendRaw } from './raw-client.ts';
import { startEmulator, type TestEmulator } from './support.ts';

describe('a request as nobody should send it', () => {
  let client: TestEmulator;
  let token: string;
  const raw = (bytes: string | Buffer, wanted?: number) => sendRaw(client, bytes, wanted);
  const lines = (first: string, ...headers: string[]) => [first, `Authorization: Bearer ${token}`, ...headers, '', ''].join('\r\n');
  const host = () => `Host: localhost:${client.port}`;
  const status = async (first: string, ...headers: string[]) => (await raw(lines(first, host(), ...headers)))[0]?.status;

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 10 } });
    token = await client.appToken();
  });
  afterAll(async () => {
    expect((await client.get('/domains')).status).toBe(200);
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('with another method gets 405, and a HEAD no body', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'POST', 'PROPFIND', 'REPORT', 'SEARCH'])
      expect([method, await headStatus(method)]).toEqual([method, 405]);
    expect(await status('BREW /v1.0/domains HTTP/1.1')).toBe(400);
  });

  async function headStatus(method: string): Promise<number | undefined> {
    const socket = await openRaw(client);
    const first = new Promise<string>((resolve) => socket.once('data', (part: Buffer) => resolve(part.toString())));
    socket.write(lines(`${method} /v1.0/domains HTTP/1.1`, host()));
    const text = await first;
    socket.destroy();
    if (method === 'HEAD') expect(text.split('\r\n\r\n')[1]).toBe('');
    return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
  }

  test('with an absurd path or query gets 4xx', async () => {
    const absurd = [
      '/v1.0/../../../etc/passwd',
      '/v1.0/users/..%2f..%2fetc%2fpasswd/messages',
      '/v1.0/users/%00/messages',
      '/v1.0/users/%ff%fe/messages',
      '/v1.0/users/%',
      '/v1.0/users?$top=1e9',
      '/v1.0/users?$top=99999999999999999999999999',
      '/v1.0/users?$top=-1',
      '/v1.0/users?$top=1&$top=2',
      '/v1.0/users?%24top=1&$TOP=2',
      '/v1.0/users?$select=__proto__',
      `/v1.0/users?$filter=${'('.repeat(5_000)}`,
      `/v1.0/users?$filter=${'not%20'.repeat(3_000)}id`,
      `/v1.0${'/users'.repeat(2_000)}`,
      '/v1.0/__proto__/constructor',
      '/v1.0/$metadata/%2e%2e',
      '/v2.0/users',
      '/%/oauth2/v2.0/token',
      '//',
      '*',
      '/',
    ];
    for (const path of absurd) {
      const given = (await status(`GET ${path} HTTP/1.1`)) ?? 0;
      expect([path.slice(0, 60), given >= 400 && given < 500]).toEqual([path.slice(0, 60), true]);
    }
  });

  test('with a Host that is none gets 400 and never a link to it', async () => {
    for (const name of ['a b', 'x/../y', 'evil.example/?', '<script>', 'user@host', 'a'.repeat(300), '[::1', ':443', 'a..b'])
      expect([name, (await raw(lines('GET /v1.0/users?$top=1 HTTP/1.1', `Host: ${name}`)))[0]?.status]).toEqual([name, 400]);
    expect((await raw(lines('GET /v1.0/users?$top=1 HTTP/1.1')))[0]?.status).toBe(400);
    const [named] = await raw(lines('GET /v1.0/users?$top=1 HTTP/1.1', 'Host: emulator:8443'));
    expect(JSON.parse(named!.body)['@odata.nextLink']).toMatch(/^https:\/\/emulator:8443\/v1\.0\/users\?/);
  });

  test('of a client that names HTTP/1.0 in the handshake, as curl --http1.0 does, is answered', async () => {
    const reply = await new Promise<string>((resolve, reject) => {
      const options = { port: client.port, host: '127.0.0.1', servername: 'localhost', ca: client.ca, ALPNProtocols: ['http/1.0'] };
      const socket = connect(options, () => socket.write(lines('GET /v1.0/domains HTTP/1.0', host())));
      socket.setEncoding('utf8').once('data', resolve).once('error', reject);
      socket.once('data', () => socket.destroy());
    });
    expect(reply).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('in HTTP/1.0 without a Host is answered, with links to the port it came by', async () => {
    const [reply] = await raw(lines('GET /v1.0/users?$top=1 HTTP/1.0'));
    expect([reply!.status, JSON.parse(reply!.body)['@odata.nextLink']]).toEqual([
      200,
      expect.stringContaining(`https://localhost:${client.port}/v1.0/`),
    ]);
  });

  test('with headers beyond all measure gets 431, and bytes that are no http 400', async () => {
    expect(await status('GET /v1.0/users HTTP/1.1', `X-Long: ${'x'.repeat(40_000)}`)).toBe(431);
    expect((await raw('\u0000\u0001\u0002 nonsense\r\n\r\n'))[0]?.status).toBe(400);
    expect(await status('POST /v1.0/$batch HTTP/1.1', 'Transfer-Encoding: chunked', 'Content-Length: 5')).toBe(400);
  });

  test('with a body that is broken, empty, nested without end or no JSON gets 400 or 415', async () => {
    const post = (body: string | Buffer, type = 'application/json') =>
      client.send('POST', `${client.url}/v1.0/$batch`, { body, headers: { authorization: `Bearer ${token}`, 'content-type': type } });
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '{"requests":',
      '['.repeat(100_000),
      `{"requests":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      '\uFEFF{',
      '{"__proto__":{"requests":1}}',
    ];
    for (const body of bodies) expect([body.slice(0, 20), (await post(body)).status]).toEqual([body.slice(0, 20), 400]);
    expect((await post(Buffer.from([0xff, 0xfe, 0x00, 0x80]))).status).toBe(400);
    expect((await post('<a/>', 'application/xml')).status).toBe(415);
    const marked = await post('\uFEFF{"requests":[{"id":"1","method":"GET","url":"/domains"}]}');
    expect([marked.status, marked.body.responses[0].status]).toEqual([200, 200]);
  });

  test('with a body that is too large gets 413, whether its length was told or not', async () => {
    const huge = Buffer.alloc(9 * 1024 * 1024, 0x20);
    const head = ['POST /v1.0/$batch HTTP/1.1', host(), 'Content-Type: application/json'];
    const told = Buffer.concat([Buffer.from(lines(head[0]!, ...head.slice(1), `Content-Length: ${huge.length}`)), huge]);
    expect((await raw(told))[0]?.status).toBe(413);
    const chunk = Buffer.concat([Buffer.from(`${huge.length.toString(16)}\r\n`), huge, Buffer.from('\r\n0\r\n\r\n')]);
    expect(
      (await raw(Buffer.concat([Buffer.from(lines(head[0]!, ...head.slice(1), 'Transfer-Encoding: chunked')), chunk])))[0]?.status,
    ).toBe(413);
  });

  test('in chunks is read whole, and many at once are answered in order', async () => {
    const body = '{"requests":[{"id":"1","method":"GET","url":"/domains"}]}';
    const chunked = body
      .split('')
      .map((letter) => `1\r\n${letter}\r\n`)
      .join('');
    const request = lines('POST /v1.0/$batch HTTP/1.1', host(), 'Content-Type: application/json', 'Transfer-Encoding: chunked');
    expect((await raw(`${request}${chunked}0\r\n\r\n`))[0]?.status).toBe(200);
    const piped = ['/v1.0/domains', '/v1.0/nothing', '/v1.0/users?$top=1'].map((path) => lines(`GET ${path} HTTP/1.1`, host())).join('');
    expect((await raw(piped, 3)).map((reply) => reply.status)).toEqual([200, 400, 200]);
  });

  test('that breaks off leaves nothing behind: its mailbox has all its places again', async () => {
    const user = client.emulator.world.users()[0]!.id;
    const rule = (await client.control('POST', '/faults', { match: { path: 'mailFolders/inbox' }, answer: { hang: true }, count: 4 })).body;
    const sockets = await Promise.all([1, 2, 3, 4].map(() => openRaw(client)));
    for (const socket of sockets) socket.write(lines(`GET /v1.0/users/${user}/mailFolders/inbox HTTP/1.1`, host()));
    await expect.poll(async () => (await client.control('GET', '/faults')).body.faults[0].played).toBe(4);
    expect((await client.get(`/users/${user}/mailFolders/inbox`)).status).toBe(429);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await client.get(`/users/${user}/mailFolders/inbox`)).status).toBe(200);
    await client.control('DELETE', `/faults/${rule.id}`);
  });

  test('that comes drop by drop is cut off in time, headers and body alike', async () => {
    const impatient = await startEmulator({
      seed: { mailboxes: 1, messagesPerMailbox: 1 },
      server: { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 },
    });
    const begin = `POST /v1.0/$batch HTTP/1.1\r\nHost: localhost:${impatient.port}\r\n`;
    const [head] = await sendRaw(impatient, `${begin}X-Slow: `);
    expect(head?.status).toBe(408);
    const bearer = `Authorization: Bearer ${await impatient.appToken()}\r\nContent-Type: application/json\r\n`;
    const replies = await sendRaw(impatient, `${begin}${bearer}Content-Length: 100\r\n\r\n{`);
    expect(replies.every(({ status: given }) => given === 408)).toBe(true);
    expect((await impatient.get('/domains')).status).toBe(200);
    expect(impatient.failures).toEqual([]);
    await impatient.stop();
  });

  test('to the control interface gets 4xx too', async () => {
    for (const [method, path] of [
      ['GET', '/%'],
      ['POST', '/nothing'],
      ['GET', '/../x'],
    ] as const)
      expect([400, 404]).toContain((await client.control(method, path)).status);
    const policy = { kind: 'role', app: client.clientId, role: 'Application Mail.Read' };
    for (const delayMinutes of [1e308, -1, 'x'])
      expect((await client.control('POST', '/policies', { ...policy, delayMinutes })).status).toBe(400);
    for (const advanceMs of [1e308, -1e15, 'x']) expect((await client.control('POST', '/clock', { advanceMs })).status).toBe(400);
    expect((await client.send('POST', `${client.controlUrl}/faults`, { body: '{"answer":' })).status).toBe(400);
  });
});
