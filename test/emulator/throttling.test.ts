import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../emulator/data/clock.ts';
import { createMailboxLimits } from '../../emulator/throttle/mailbox-limits.ts';
import { startEmulator, type TestEmulator } from './support.ts';

let client: TestEmulator;
let user: string;
const stats = async () => (await client.control('GET', '/stats')).body;
const setLimits = (limits: object) => client.control('PUT', '/limits', limits);
const inbox = (mailbox = user) => client.get(`/users/${mailbox}/mailFolders/inbox`);

beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 10 } });
  user = client.emulator.world.users()[0]!.id;
  await client.get('/domains');
});
beforeEach(() => client.control('DELETE', '/stats'));
afterEach(() => client.control('DELETE', '/limits'));
afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

describe('the limits of a mailbox', () => {
  test('let four requests in and refuse the others at once with 429, and the refused ones count', async () => {
    const rule = (await client.control('POST', '/faults', { match: { path: 'mailFolders/inbox' }, answer: { hold: true }, count: 4 })).body;
    const held = Promise.all([1, 2, 3, 4].map(() => inbox()));
    await expect.poll(async () => (await client.control('GET', '/faults')).body.faults[0].played, { timeout: 20_000 }).toBe(4);
    const refused = await Promise.all(Array.from({ length: 8 }, () => inbox()));
    expect(refused.map((answer) => answer.status)).toEqual(Array(8).fill(429));
    expect(refused[0]!.body.error).toMatchObject({
      code: 'ApplicationThrottled',
      message: 'Application is over its MailboxConcurrency limit.',
    });
    expect(await stats()).toMatchObject({ violations: 8, largestConcurrency: 5, largestInFlight: 4 });
    expect((await stats()).mailboxes.find((use: any) => use.mailboxId === user).requests).toBe(12);
    await client.control('DELETE', `/faults/${rule.id}`);
    expect((await held).map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect((await inbox()).status).toBe(200);
  });

  test('never blame a client that keeps four in flight, nor mix mailboxes', async () => {
    const others = client.emulator.world
      .users()
      .slice(0, 2)
      .map(({ id }) => id);
    const lane = async (mailbox: string) => {
      for (let turn = 0; turn < 50; turn++) expect((await inbox(mailbox)).status).toBe(200);
    };
    await client.control('PUT', '/latency', { ms: 2, jitterMs: 5 });
    await Promise.all(others.flatMap((mailbox) => [1, 2, 3, 4].map(() => lane(mailbox))));
    await client.control('PUT', '/latency', { ms: 0 });
    expect(await stats()).toMatchObject({ violations: 0, largestConcurrency: 4 });
  });

  test('open again when ten minutes have passed', () => {
    const clock = createClock(() => 1_000_000);
    const limits = createMailboxLimits(clock, { concurrent: 4, requestsPerWindow: 10, windowSeconds: 600 });
    const ask = () => {
      const admission = limits.admit('app', 'mailbox');
      if (admission.admitted) admission.release();
      return admission;
    };
    for (let count = 0; count < 10; count++) expect(ask().admitted).toBe(true);
    expect(ask()).toMatchObject({ admitted: false, limit: 'RequestsPerWindow', retryAfterSeconds: 601 });
    clock.setOffsetMs(601_000);
    expect(ask().admitted).toBe(true);
  });

  test('say when to come again in whole seconds, in fractions or not at all', async () => {
    const told: unknown[] = [];
    for (const retryAfter of ['whole', 'fractional', 'none']) {
      await setLimits({ requestsPerWindow: 1, retryAfter });
      await inbox();
      told.push((await inbox()).headers['retry-after']);
    }
    expect(told).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+\.\d{3}$/), undefined]);
  });

  test('end with the clock: who waits as long as told is let in', async () => {
    await client.control('POST', '/clock', { advanceMs: 700_000 });
    await setLimits({ requestsPerWindow: 2 });
    const statuses = [await inbox(), await inbox(), await inbox()].map(({ status }) => status);
    await client.control('POST', '/clock', { advanceMs: Number((await inbox()).headers['retry-after']) * 1_000 });
    expect([...statuses, (await inbox()).status]).toEqual([200, 200, 429, 200]);
    await client.control('POST', '/clock', { offsetMs: 0 });
  });

  test('stop what is uploaded above the limit of five minutes', () => {
    const clock = createClock(() => 1_000_000);
    const limits = createMailboxLimits(clock);
    const upload = (bytes: number) => {
      const admission = limits.admit('app', 'mailbox', bytes);
      if (!admission.admitted) return admission.limit;
      admission.uploaded(bytes);
      admission.release();
      return 'let in';
    };
    const fifty = 50 * 1024 * 1024;
    expect([upload(fifty), upload(fifty), upload(fifty), upload(1), upload(0)]).toEqual([
      'let in',
      'let in',
      'let in',
      'UploadPerWindow',
      'let in',
    ]);
    clock.setOffsetMs(302_000);
    expect(upload(fifty)).toBe('let in');
  });
});

describe('the limits of the directory', () => {
  beforeEach(() => client.control('POST', '/clock', { advanceMs: 60_000 }));
  afterAll(() => client.control('POST', '/clock', { offsetMs: 0 }));

  test('cost resource units by kind, less for a selection and a small page', async () => {
    const cost = async (path: string) => (await client.get(path)).headers['x-ms-resource-unit'];
    const costs = [await cost('/users'), await cost('/users?$select=id'), await cost('/users?$top=5'), await cost(`/users/${user}`)];
    expect([...costs, await cost('/organization')]).toEqual(['2', '1', '1', '1', '1']);
    expect((await inbox()).headers['x-ms-resource-unit']).toBeUndefined();
  });

  test('are told from 80 % on and refused with 429 above, with scope and reason; refused ones count', async () => {
    await setLimits({ directoryUnits: 10, retryAfter: 'fractional' });
    // So fast after one another that hardly anything flows back.
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.get('/users')));
    const [let_, refused] = [answers.filter(({ status }) => status === 200), answers.filter(({ status }) => status === 429)];
    expect([let_.length >= 5, refused.length >= 1]).toEqual([true, true]);
    expect(refused[0]!.headers).toMatchObject({
      'x-ms-throttle-scope': `Tenant_Application/ReadWrite/${client.clientId}/${client.tenantId}`,
      'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
      'retry-after': expect.stringMatching(/^\d+\.\d{3}$/),
    });
    expect(refused[0]!.body.error).toMatchObject({ code: 'TooManyRequests', innerError: { code: '429', status: '429' } });
    const told = answers.map(({ headers }) => headers['x-ms-throttle-limit-percentage']).filter((text) => text !== undefined);
    expect(told.every((text) => Number(text) >= 0.8 && Number(text) <= 1.8)).toBe(true);
    expect((await stats()).violationsByLimit.directory).toBe(refused.length);
    await client.control('POST', '/clock', { advanceMs: 20_000 });
    expect((await client.get('/users')).status).toBe(200);
  });

  test('hold for all of Graph too', async () => {
    await setLimits({ globalRequests: 3 });
    const statuses = [];
    for (let turn = 0; turn < 4; turn++) statuses.push((await inbox()).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test('refuse settings that are none', async () => {
    expect((await setLimits({ concurrent: 0 })).status).toBe(400);
    expect((await setLimits({ concurent: 4 })).body.error.message).toContain('limits/concurent is not known');
    expect((await setLimits({ retryAfter: 'later' })).status).toBe(400);
  });
});

describe('the counts', () => {
  test('tell what was served by client, mailbox, kind and status', async () => {
    await inbox();
    await client.get(`/users/${user}/mailFolders/nothing-here`);
    const counts = await stats();
    expect(counts.byClient[client.clientId]).toEqual({ 'mailFolders.get': 2 });
    expect(counts.byMailbox[user]).toEqual({ 'mailFolders.get': 2 });
    expect(Object.keys(counts.byKindAndStatus['mailFolders.get'])).toHaveLength(2);
  });

  test('may wait for a kind of request of its own', async () => {
    expect((await client.control('PUT', '/latency', { byKind: { 'users.list': { jitterMs: -1 } } })).body.error.message).toContain(
      'byKind/users.list/jitterMs',
    );
    await client.control('PUT', '/latency', { ms: 0, byKind: { 'mailFolders.get': { ms: 60 } } });
    const started = performance.now();
    await inbox();
    const slow = performance.now() - started;
    await client.control('PUT', '/latency', { ms: 0 });
    expect(slow).toBeGreaterThanOrEqual(55);
  });
});
