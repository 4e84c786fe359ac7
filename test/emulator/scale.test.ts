import { expect, test } from 'vitest';
import { startEmulatorProcess } from './emulator-process.ts';

/** Linux tells what a process holds; elsewhere the limits on memory go unproved. */
const isLinux = process.platform === 'linux';

test('a million messages are served from any place in a list, without being held', async () => {
  const empty = await startEmulatorProcess({ users: 0, messages: 0 });
  await empty.get('/users?$top=1');
  const emptyMb = isLinux ? empty.residentMb() : 0;
  await empty.stop();
  const emulator = await startEmulatorProcess({ users: 100, messages: 10_000 });
  const { mailboxes } = (await emulator.control('GET', '/truth/mailboxes')).body;
  expect(mailboxes.reduce((sum: number, entry: any) => sum + entry.messages, 0)).toBeGreaterThan(900_000);
  for (const { mailboxId, messages } of mailboxes.filter((entry: any) => entry.hasMailbox).slice(0, 40)) {
    const deep = await emulator.get(`/users/${mailboxId}/messages?$skip=${Math.floor(messages / 2)}&$top=50`);
    expect(deep.body.value).toHaveLength(50);
    expect((await emulator.get(`/users/${mailboxId}/mailFolders/inbox/messages/delta`)).body.value).toHaveLength(100);
  }
  if (isLinux) expect(emulator.residentMb() - emptyMb).toBeLessThan(300);
  await emulator.stop();
});

test('a hundred thousand users are there within seconds', async () => {
  const emulator = await startEmulatorProcess({ users: 100_000, messages: 100 });
  const page = await emulator.get('/users?$top=999&$select=id,mail');
  expect(page.body.value).toHaveLength(999);
  const one = page.body.value.at(-1);
  expect((await emulator.get(`/users/${one.mail}`)).body.id).toBe(one.id);
  expect((await emulator.get(`/users/${one.id}/messages?$top=5`)).body.value).toHaveLength(5);
  // Four seconds alone on two processors; the tests beside it take their share.
  expect(emulator.startSeconds).toBeLessThan(30);
  if (isLinux) expect(emulator.residentMb()).toBeLessThan(600);
  await emulator.stop();
});

test('two processes make the same organisation of one seed, byte for byte, and another of another', async () => {
  const truthOf = async (seed: string) => {
    const emulator = await startEmulatorProcess({ seed, users: 4, messages: 80 });
    const { bytes } = await emulator.control('GET', '/truth');
    const bodies = await emulator.get(
      `/users/${(await emulator.get('/users?$top=1')).body.value[0].id}/messages?$top=50&$select=body,internetMessageHeaders`,
    );
    await emulator.stop();
    return { truth: bytes.toString('utf8'), bodies: JSON.stringify(bodies.body.value) };
  };
  const [first, second, other] = await Promise.all([truthOf('same'), truthOf('same'), truthOf('other')]);
  expect(first.truth.length).toBeGreaterThan(10_000);
  expect(first.truth === second.truth && first.bodies === second.bodies).toBe(true);
  expect(first.truth === other.truth).toBe(false);
});
