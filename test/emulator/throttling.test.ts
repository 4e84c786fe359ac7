import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../emulator/data/clock.ts';
import { createMailboxLimits } from '../../emulator/throttle/mailbox-limits.ts';
import { startEmulator, type TestEmulator } from './support.ts';

describe('the limits of a mailbox', () => {
  let client: TestEmulator;
  let user: string;
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 10 } });
    user = client.emulator.world.users()[0]!.id;
    await client.get('/domains');
  });
  beforeEach(() => client.control('DELETE', '/stats'));
  afterAll(() => client.stop());

  test('let four requests in and refuse the others at once with 429, and the refused ones count', async () => {
    await client.control('POST', '/faults', { match: { path: 'mailFolders/inbox' }, answer: { hang: true }, count: 4 });
    const held = Promise.allSettled([1, 2, 3, 4].map(() => client.get(`/users/${user}/mailFolders/inbox`)));
    await expect.poll(async () => (await client.control('GET', '/faults')).body.faults[0].played, { timeout: 20_000 }).toBe(4);
    const refused = await Promise.all(Array.from({ length: 8 }, () => client.get(`/users/${user}/mailFolders/inbox`)));
    expect(refused.map((answer) => answer.status)).toEqual(Array(8).fill(429));
    expect(refused[0]!.body.error).toMatchObject({
      code: 'ApplicationThrottled',
      message: 'Application is over its MailboxConcurrency limit.',
    });
    const stats = (await client.control('GET', '/stats')).body;
    expect(stats).toMatchObject({ violations: 8, largestConcurrency: 5 });
    expect(stats.mailboxes.find((use: any) => use.mailboxId === user).requests).toBe(12);
    await client.hangUp();
    await held;
    await expect.poll(async () => (await client.get(`/users/${user}/mailFolders/inbox`)).status, { timeout: 20_000 }).toBe(200);
  });

  test('never blame a client that keeps four in flight, nor mix mailboxes', async () => {
    const others = client.emulator.world
      .users()
      .slice(0, 2)
      .map(({ id }) => id);
    const lane = async (mailbox: string) => {
      for (let turn = 0; turn < 50; turn++) expect((await client.get(`/users/${mailbox}/mailFolders/inbox`)).status).toBe(200);
    };
    await client.control('PUT', '/latency', { ms: 2, jitterMs: 5 });
    await Promise.all(others.flatMap((mailbox) => [1, 2, 3, 4].map(() => lane(mailbox))));
    await client.control('PUT', '/latency', { ms: 0 });
    expect((await client.control('GET', '/stats')).body).toMatchObject({ violations: 0, largestConcurrency: 4 });
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
});
