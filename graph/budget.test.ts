import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeGraph } from './support/make-graph.ts';
import { startScriptedMicrosoft, type Reply, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import type { CallOptions } from './types.ts';

let microsoft: ScriptedMicrosoft;
let made: ReturnType<typeof makeGraph>;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());
beforeEach(() => {
  made = makeGraph(microsoft);
  return () => made.graph.close();
});

/** A budget that notes in which order it was asked and the server answered. */
function watch() {
  const taken: number[] = [];
  const waits: number[] = [];
  const options: CallOptions = {
    budget: {
      async take() {
        taken.push(microsoft.graphRequests.length);
      },
      async onThrottled(waitMs) {
        waits.push(waitMs);
      },
    },
  };
  return { taken, waits, options };
}

const page = (value: unknown[]): Reply => ({ body: { value } });
const read = (options: CallOptions) => made.graph.readMessageDelta({ userId: 'u', folderId: 'f', link: null, pageSize: 10 }, options);

test('the budget is asked once right before each request, repeats with a new token too', async () => {
  const { taken, options } = watch();
  microsoft.script({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } }, page([]));
  await made.graph.listUsers({ link: null }, options);
  expect(taken).toEqual([0, 1]);
});

test('each of the requests of one operation counts', async () => {
  const { taken, options } = watch();
  microsoft.script(page([]), page([{ id: 'g1' }, { id: 'g2' }]), page([]));
  await made.graph.listCalendars({ userId: 'u' }, options);
  expect(taken).toEqual([0, 1, 2, 3]);
  expect(made.reported.map(({ operation, status }) => [operation, status])).toEqual(Array(4).fill(['listCalendars', 200]));
});

test('nothing is sent when the budget refuses, and its own error comes out', async () => {
  const refusal = new RangeError('The place was lost');
  const budget = { take: () => Promise.reject(refusal), onThrottled: async () => undefined };
  microsoft.script(page([]));
  await expect(read({ budget })).rejects.toBe(refusal);
  expect(microsoft.graphRequests).toEqual([]);
  expect(made.reported).toEqual([]);
});

test("time spent waiting for the budget is not the request's, nor that of its repeat", async () => {
  const { graph } = makeGraph(microsoft, { requestTimeoutMs: 1_000 });
  const budget = { take: () => new Promise<void>((resolve) => setTimeout(resolve, 1_400)), onThrottled: async () => undefined };
  microsoft.script({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } }, page([]));
  expect((await graph.listUsers({ link: null }, { budget })).items).toEqual([]);
  await graph.close();
});

test('a caller that aborts while the budget waits sends nothing', async () => {
  const controller = new AbortController();
  const budget = { take: async () => controller.abort('paused'), onThrottled: async () => undefined };
  microsoft.script(page([]));
  await expect(read({ budget, signal: controller.signal })).rejects.toBe('paused');
  expect(microsoft.graphRequests).toEqual([]);
  expect(made.reported).toEqual([]);
});

test.each([
  [429, { 'Retry-After': '2.128' }, 2_128],
  [503, { 'Retry-After': '30' }, 30_000],
  [429, { Date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'Retry-After': 'Wed, 21 Oct 2015 07:28:09 GMT' }, 9_000],
])('status %i with %j holds the mailbox back', async (status, headers, expected) => {
  const { waits, options } = watch();
  microsoft.script({
    status,
    headers: headers as unknown as Record<string, string>,
    body: { error: { code: 'ApplicationThrottled', message: 'Application is over its MailboxConcurrency limit.' } },
  });
  await expect(read(options)).rejects.toMatchObject({ class: 'throttled', retryAfterMs: expected, status });
  expect(waits).toEqual([expected]);
  expect(microsoft.graphRequests).toHaveLength(1);
});

test('throttling without Retry-After holds the mailbox back a little, with jitter, and says that nothing was said', async () => {
  const { waits, options } = watch();
  microsoft.script({ status: 429, body: { error: { code: 'ApplicationThrottled' } } });
  for (let sent = 0; sent < 5; sent += 1) await expect(read(options)).rejects.toMatchObject({ retryAfterMs: null });
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(4_000);
  expect(new Set(waits).size).toBeGreaterThan(1);
});

test('other faults hold nothing back and are not repeated within', async () => {
  const { taken, waits, options } = watch();
  for (const status of [400, 403, 404, 410, 500, 502, 504]) {
    microsoft.script({ status, body: '' });
    await expect(made.graph.getFolder({ userId: 'u', folderId: 'f' }, options)).rejects.toMatchObject({ status });
    expect(microsoft.graphRequests).toHaveLength(1);
  }
  expect([taken.length, waits]).toEqual([7, []]);
});

test('a budget that waits long after throttling does not turn the answer into a timeout', async () => {
  const { graph } = makeGraph(microsoft, { requestTimeoutMs: 1_000 });
  const budget = { take: async () => undefined, onThrottled: () => new Promise<void>((resolve) => setTimeout(resolve, 1_400)) };
  microsoft.script({ status: 429, headers: { 'Retry-After': '1' }, body: { error: { code: 'TooManyRequests' } } });
  await expect(graph.listUsers({ link: null }, { budget })).rejects.toMatchObject({ code: 'TooManyRequests', retryAfterMs: 1_000 });
  await graph.close();
});

test('each request has an id of its own for a support case and is reported with operation, status and time', async () => {
  microsoft.script(
    { status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } },
    { status: 410, body: { error: { code: 'SyncStateNotFound' } } },
  );
  await expect(read({})).rejects.toMatchObject({ code: 'SyncStateNotFound', class: 'resync' });
  const ids = microsoft.graphRequests.map(({ headers }) => headers['client-request-id']);
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(made.reported).toEqual([
    { operation: 'readMessageDelta', status: 401, durationMs: expect.any(Number) },
    { operation: 'readMessageDelta', status: 410, durationMs: expect.any(Number) },
  ]);
});

test('a request without an answer is reported with status 0', async () => {
  microsoft.script((response) => void response.destroy());
  await expect(read({})).rejects.toMatchObject({ code: 'TrawlUnreachable' });
  expect(made.reported).toMatchObject([{ operation: 'readMessageDelta', status: 0 }]);
});

test('no more connections are opened than allowed', async () => {
  const { graph } = makeGraph(microsoft, { connections: 2 });
  let now = 0;
  let most = 0;
  microsoft.script(async (response) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now -= 1;
    response.end('{"value":[]}');
  });
  await Promise.all(Array.from({ length: 12 }, () => graph.listUsers({ link: null }, {})));
  expect(most).toBe(2);
  await graph.close();
});
