import { expect, test } from 'vitest';
import { startEmulator } from './support.ts';

const MB = 1_000_000;

test('a million messages are served without being held, from any place in a list', async () => {
  const before = process.memoryUsage().rss;
  const client = await startEmulator({ seed: { mailboxes: 100, messagesPerMailbox: 10_000 } });
  const { mailboxes } = (await client.control('GET', '/truth/mailboxes')).body;
  expect(mailboxes.reduce((sum: number, entry: any) => sum + entry.messages, 0)).toBeGreaterThan(900_000);
  for (const { mailboxId, messages } of mailboxes.filter((entry: any) => entry.hasMailbox).slice(0, 30)) {
    const deep = await client.get(`/users/${mailboxId}/messages?$skip=${Math.floor(messages / 2)}&$top=50`);
    expect(deep.body.value).toHaveLength(50);
    expect((await client.get(`/users/${mailboxId}/mailFolders/inbox/messages/delta`)).body.value).toHaveLength(100);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * MB);
  expect(client.failures).toEqual([]);
  await client.stop();
});
