import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFaults } from '../../emulator/faults/rules.ts';
import { profileRules } from '../../emulator/faults/profiles.ts';
import { startEmulator, type TestEmulator } from './support.ts';

let client: TestEmulator;
let user: string;
const fault = (answer: object, rest: object = {}) => client.control('POST', '/faults', { match: { path: '/messages' }, answer, ...rest });
const messages = (query = '') => client.get(`/users/${user}/mailFolders/inbox/messages${query}`);

beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 40 } });
  user = client.emulator.world.users()[0]!.id;
});
afterEach(() => client.control('DELETE', '/faults'));
afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

describe('a fault that was set', () => {
  test('answers with the status, code and Retry-After that were asked for, as often as asked for', async () => {
    await fault({ status: 429, code: 'ApplicationThrottled', retryAfter: '2.128' }, { count: 2 });
    const answers = [await messages(), await messages(), await messages()];
    expect(answers.map((answer) => answer.status)).toEqual([429, 429, 200]);
    expect([answers[0]!.headers['retry-after'], answers[0]!.body.error.code]).toEqual(['2.128', 'ApplicationThrottled']);
  });

  test('answers with an empty 503', async () => {
    await fault({ status: 503, emptyBody: true });
    expect([(await messages()).status, (await messages()).bytes.length]).toEqual([503, 0]);
  });

  test('is worded by the service that it plays', async () => {
    const code = async (path: string) => (await client.get(path)).body.error.code;
    await client.control('POST', '/faults', { match: {}, answer: { status: 403 } });
    expect([await code('/users'), await code(`/users/${user}/messages`)]).toEqual(['Authorization_RequestDenied', 'ErrorAccessDenied']);
    await client.control('DELETE', '/faults');
    await client.control('POST', '/faults', { match: {}, answer: { status: 401 } });
    const flicker = await messages();
    expect(flicker.body.error).toMatchObject({
      code: 'InvalidAuthenticationToken',
      message: expect.stringMatching(/^Lifetime validation failed/),
    });
    expect(flicker.headers['www-authenticate']).toMatch(/^Bearer realm=""/);
  });

  test('holds for one mailbox, one path or one call only', async () => {
    const other = client.emulator.world.users()[1]!.id;
    await client.control('POST', '/faults', { match: { mailbox: user, path: 'messages', nth: 2 }, answer: { status: 500 } });
    const statuses = [
      (await messages()).status,
      (await client.get(`/users/${other}/mailFolders/inbox/messages`)).status,
      (await messages()).status,
      (await messages()).status,
    ];
    expect(statuses).toEqual([200, 200, 500, 200]);
  });

  test('holds for one tenant or one app only', async () => {
    const played = async (match: object) => {
      await client.control('DELETE', '/faults');
      await client.control('POST', '/faults', { match, answer: { status: 500 } });
      return (await messages()).status;
    };
    const elsewhere = '00000000-0000-0000-0000-000000000001';
    expect([await played({ tenant: client.tenantId }), await played({ tenant: elsewhere })]).toEqual([500, 200]);
    expect([await played({ app: client.clientId }), await played({ app: elsewhere })]).toEqual([500, 200]);
  });

  test('cuts the connection before the answer, in the middle of it, or cuts the JSON of a 200', async () => {
    await fault({ reset: 'before' }, { count: 1 });
    await expect(messages()).rejects.toThrow(/closed|reset|hang up|terminated|socket/i);
    await fault({ reset: 'inBody' }, { count: 1 });
    await expect(messages()).rejects.toThrow(/closed|reset|hang up|terminated|socket/i);
    await fault({ truncateAtBytes: 300 }, { count: 1 });
    const cut = await messages();
    expect([cut.status, cut.bytes.length]).toEqual([200, 300]);
    expect(() => JSON.parse(cut.bytes.toString())).toThrow(SyntaxError);
    expect((await messages()).status).toBe(200);
  });

  test('tells a length that is not the body’s', async () => {
    await fault({ contentLength: 'tooLong' }, { count: 1 });
    await expect(messages()).rejects.toThrow(/closed|reset|hang up|terminated|socket|mismatch/i);
    await fault({ contentLength: 'tooShort' }, { count: 1 });
    const short = await messages().catch((error: unknown) => error as Error);
    if (short instanceof Error) expect(short.message).toMatch(/closed|reset|mismatch|parse|socket|expected/i);
    else expect(() => JSON.parse(short.bytes.toString())).toThrow(SyntaxError);
    await client.hangUp();
    expect((await messages()).status).toBe(200);
  });

  test('breaks one item of a list', async () => {
    await fault({ brokenItem: 'bare' }, { count: 1 });
    const [bare] = (await messages()).body.value;
    expect(Object.keys(bare)).toEqual(['id']);
    await fault({ brokenItem: 'null' }, { count: 1 });
    expect((await messages()).body.value[0]).toBeNull();
    await fault({ brokenItem: 'inStream' }, { count: 1 });
    const broken = await messages();
    expect([broken.status, broken.bytes.toString().slice(-14)]).toEqual([200, '"innerError":{}}}'.slice(-14)]);
    expect(() => JSON.parse(broken.bytes.toString())).toThrow(SyntaxError);
  });

  test('sends a gateway’s page, or another content type', async () => {
    await fault({ htmlPage: true }, { count: 1 });
    const page = await messages();
    expect([page.status, page.headers['content-type'], String(page.body)]).toEqual([
      502,
      expect.stringMatching(/^text\/html/),
      expect.stringContaining('<h1>502 Bad Gateway</h1>'),
    ]);
    await fault({ contentType: 'text/plain' }, { count: 1 });
    expect((await messages()).headers['content-type']).toBe('text/plain');
  });

  test('sends slowly, and keeps the mailbox’s place until the last byte', async () => {
    const whole = (await messages('?$top=5&$select=id')).bytes.length;
    await client.control('PUT', '/limits', { concurrent: 1 });
    await fault({ bytesPerSecond: whole }, { count: 1 });
    const slow = messages('?$top=5&$select=id');
    await expect.poll(async () => (await client.control('GET', '/faults')).body.faults[0].played).toBe(1);
    expect((await messages()).status).toBe(429);
    expect((await slow).bytes.length).toBe(whole);
    expect((await messages()).status).toBe(200);
    await client.control('DELETE', '/limits');
  });

  test('lets links expire: the k-th, or those that are older than so many seconds', async () => {
    const first = await messages('?$top=5');
    await fault({ expiredLink: true }, { count: 1 });
    expect((await messages('?$top=5')).status).toBe(200);
    expect((await client.get(first.body['@odata.nextLink'])).status).toBe(410);
    const users = await client.get('/users?$top=1');
    await client.control('POST', '/faults', { match: { path: '/users\\?', linkOlderThanSeconds: 60 }, answer: { expiredLink: true } });
    const young = (await client.get('/users?$top=1')).body['@odata.nextLink'];
    expect((await client.get(young)).status).toBe(200);
    await client.control('POST', '/clock', { advanceMs: 61_000 });
    expect((await client.get(users.body['@odata.nextLink'])).body.error.code).toBe('Directory_ExpiredPageToken');
    await client.control('POST', '/clock', { offsetMs: 0 });
    await client.control('POST', '/faults', { match: { path: 'messages/delta' }, answer: { expiredLink: true } });
    const delta = await client.get(`/users/${user}/mailFolders/inbox/messages/delta`, { prefer: 'odata.maxpagesize=2' });
    const expired = await client.get(delta.body['@odata.nextLink']);
    expect([expired.status, expired.body.error.code, expired.headers.location]).toEqual([
      410,
      'SyncStateNotFound',
      expect.stringMatching(/\$deltatoken=$/),
    ]);
  });

  test('meets Entra’s endpoints where a path says so', async () => {
    await client.control('POST', '/faults', { match: {}, answer: { status: 500 }, count: 1 });
    expect((await client.token()).status).toBe(200);
    await client.control('DELETE', '/faults');
    await client.control('POST', '/faults', {
      match: { path: '^POST .*/oauth2/v2.0/token' },
      answer: { status: 429, retryAfter: '3' },
      count: 1,
    });
    const refused = await client.token();
    expect([refused.status, refused.headers['retry-after'], refused.body.error_codes]).toEqual([429, '3', [90055]]);
    await client.control('POST', '/faults', { match: { path: 'openid-configuration' }, answer: { status: 503, emptyBody: true } });
    const discovery = await client.send('GET', `${client.url}/${client.tenantId}/v2.0/.well-known/openid-configuration`);
    expect([discovery.status, (await client.token()).status]).toEqual([503, 200]);
  });

  test('is refused when it could never play', async () => {
    expect((await client.control('POST', '/faults', { match: { url: 'x' }, answer: { status: 500 } })).body.error.message).toContain(
      'match/url is not known',
    );
    for (const answer of [
      { quirk: 'nothing' },
      { status: 99 },
      { status: 'x' },
      { retryAfter: 'a\r\nb' },
      { brokenItem: 'x' },
      { bytesPerSecond: 0 },
    ])
      expect((await client.control('POST', '/faults', { match: {}, answer })).status).toBe(400);
    expect((await client.control('PUT', '/faults/profile', { name: 'sunday' })).status).toBe(400);
  });
});

describe('a profile of faults', () => {
  const play = async (seed: string) => {
    await client.control('DELETE', '/stats');
    await client.control('PUT', '/faults/profile', { name: 'storm', seed });
    const statuses: (number | string)[] = [];
    for (let turn = 0; turn < 120; turn++)
      statuses.push(
        await messages('?$top=2&$select=subject').then(
          (reply) => `${reply.status} ${reply.bytes.length > 0}`,
          () => 'cut',
        ),
      );
    return statuses;
  };

  test('plays the same faults for the same seed, and others for another', async () => {
    const [once, again, other] = [await play('a'), await play('a'), await play('b')];
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
    const { played } = (await client.control('GET', '/stats')).body;
    const sum = Object.values(played.byFault as Record<string, number>).reduce((total, count) => total + count, 0);
    expect(sum).toBeGreaterThan(5);
    expect((await client.control('DELETE', '/faults/profile')).body).toEqual({ removed: 'profile' });
    expect((await client.control('GET', '/faults')).body.faults).toEqual([]);
  });

  test('is worse on a weekday than on a calm day, and worst in a storm', () => {
    const playedIn = (name: 'calm' | 'weekday' | 'storm') => {
      const faults = createFaults();
      for (const rule of profileRules(name, 'seed')) faults.add(rule, name);
      const request = { line: 'GET /users', mailboxNames: [] };
      return Array.from({ length: 5_000 }, () => faults.answerFor(request)).filter((answer) => answer !== undefined).length;
    };
    const [calm, weekday, storm] = [playedIn('calm'), playedIn('weekday'), playedIn('storm')];
    expect(calm).toBeLessThan(50);
    expect(weekday).toBeGreaterThan(2 * calm);
    expect(storm).toBeGreaterThan(5 * weekday);
  });
});
