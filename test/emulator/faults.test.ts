import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

describe('a fault that was set', () => {
  let client: TestEmulator;
  let user: string;
  const fault = (answer: object, rest: object = {}) => client.control('POST', '/faults', { match: { path: '/messages' }, answer, ...rest });
  const messages = () => client.get(`/users/${user}/mailFolders/inbox/messages`);

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 40 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterEach(() => client.control('DELETE', '/faults'));
  afterAll(() => client.stop());

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

  test('is refused when it could never play', async () => {
    expect((await client.control('POST', '/faults', { match: { url: 'x' }, answer: { status: 500 } })).body.error.message).toContain(
      'match/url is not known',
    );
    expect((await client.control('POST', '/faults', { match: {}, answer: { quirk: 'nothing' } })).status).toBe(400);
  });
});
