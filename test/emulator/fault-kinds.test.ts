import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

let client: TestEmulator;
const paths: Record<string, string> = {};

beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 20 } });
  const user = client.emulator.world.users()[0]!.id;
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: ['User.Read.All', 'Mail.Read', 'Files.Read.All'] });
  Object.assign(paths, { directory: '/users', mailbox: `/users/${user}/messages`, service: `/users/${user}/drive` });
});
afterEach(() => client.control('DELETE', '/faults'));
afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

const TRANSIENT = 'ErrorInternalServerTransientError';

/** What a status says where: learn.microsoft.com/graph/errors and public reports. */
const STATUSES: readonly (readonly [status: number, where: string, code: string])[] = [
  [401, 'directory', 'InvalidAuthenticationToken'],
  [401, 'mailbox', 'InvalidAuthenticationToken'],
  [401, 'service', 'InvalidAuthenticationToken'],
  [403, 'directory', 'Authorization_RequestDenied'],
  [403, 'mailbox', 'ErrorAccessDenied'],
  [403, 'service', 'accessDenied'],
  [404, 'directory', 'Request_ResourceNotFound'],
  [404, 'mailbox', 'ErrorItemNotFound'],
  [404, 'service', 'itemNotFound'],
  [409, 'directory', 'Request_MultipleObjectsWithSameKeyValue'],
  [409, 'mailbox', 'ErrorIrresolvableConflict'],
  [409, 'service', 'nameAlreadyExists'],
  [429, 'directory', 'TooManyRequests'],
  [429, 'mailbox', 'ApplicationThrottled'],
  [429, 'service', 'activityLimitReached'],
  [500, 'directory', 'InternalServerError'],
  [500, 'mailbox', TRANSIENT],
  [500, 'service', 'generalException'],
  [502, 'mailbox', 'UnknownError'],
  [503, 'directory', 'ServiceUnavailable'],
  [503, 'mailbox', 'ErrorServerBusy'],
  [503, 'service', 'serviceNotAvailable'],
  [504, 'mailbox', 'UnknownError'],
];

test.each(STATUSES)('a %i of the %s is a whole error with the code %s', async (status, where, code) => {
  await client.control('POST', '/faults', { match: {}, answer: { status }, count: 1 });
  const reply = await client.get(paths[where]!);
  expect([reply.status, reply.body.error.code]).toEqual([status, code]);
  expect(reply.body.error).toMatchObject({ message: expect.any(String), innerError: { 'request-id': reply.headers['request-id'] } });
  expect(reply.body.error.innerError.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(reply.headers['www-authenticate'] !== undefined).toBe(status === 401);
  expect(reply.headers['retry-after']).toBeUndefined();
  expect((await client.get(paths[where]!)).status).toBe(200);
});

/** Kinds of answers that are no error of Graph's; each is told by what a client sees. */
const KINDS: readonly (readonly [what: string, answer: object, seen: object])[] = [
  ['an empty 503', { status: 503, emptyBody: true }, { status: 503, length: 0, isJson: false }],
  ['a whole Retry-After', { status: 429, retryAfter: '7' }, { status: 429, retryAfter: '7', isJson: true }],
  ['a fractional Retry-After', { status: 429, retryAfter: '2.128' }, { status: 429, retryAfter: '2.128', isJson: true }],
  ['no Retry-After', { status: 429 }, { status: 429, retryAfter: undefined, isJson: true }],
  ['a reset before the answer', { reset: 'before' }, { error: true }],
  ['a reset in the body', { reset: 'inBody' }, { error: true }],
  ['a 200 that is cut off', { truncateAtBytes: 200 }, { status: 200, length: 200, isJson: false }],
  ['a 200 with a broken item', { brokenItem: 'inStream' }, { status: 200, isJson: false }],
  ['a length too long', { contentLength: 'tooLong' }, { error: true }],
  ['a gateway’s page', { htmlPage: true }, { status: 502, isJson: false }],
  ['a delay', { delayMs: 20 }, { status: 200, isJson: true }],
];

test.each(KINDS)('%s is seen on the wire, and the next answer is whole', async (_what, answer, seen) => {
  await client.control('POST', '/faults', { match: {}, answer, count: 1 });
  const found = await client.get(`${paths['mailbox']}?$top=5`).then(
    ({ status, headers, bytes }) => ({ status, retryAfter: headers['retry-after'], length: bytes.length, isJson: parses(bytes) }),
    () => ({ error: true }),
  );
  expect(found).toMatchObject(seen);
  await client.hangUp();
  const next = await client.get(`${paths['mailbox']}?$top=5`);
  expect([next.status, parses(next.bytes)]).toEqual([200, true]);
});

test('a request that hangs is never answered, and gives its place back when the client goes', async () => {
  await client.control('POST', '/faults', { match: {}, answer: { hang: true }, count: 1 });
  let isSettled = false;
  const hanging = client.get(paths['mailbox']!).finally(() => (isSettled = true));
  hanging.catch(() => undefined);
  await expect.poll(async () => (await client.control('GET', '/faults')).body.faults[0].played).toBe(1);
  expect(isSettled).toBe(false);
  await client.hangUp();
  await expect(hanging).rejects.toThrow(/destroyed|closed|reset|socket/i);
  await client.control('PUT', '/limits', { concurrent: 1 });
  await expect.poll(async () => (await client.get(paths['mailbox']!)).status).toBe(200);
  await client.control('DELETE', '/limits');
});

function parses(bytes: Buffer): boolean {
  try {
    return JSON.parse(bytes.toString('utf8')) !== undefined;
  } catch {
    return false;
  }
}
