import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantEverything, startEmulator, type TestEmulator } from '../emulator/support.ts';
import { attachedToInbox, readByProgram } from './foreign-reader.ts';
import { pythonPackages } from './python-packages.ts';

const folder = join(import.meta.dirname, 'python');
const packages = await pythonPackages(join(folder, 'graph-requirements.txt'));
if ('missing' in packages) process.stderr.write(`The clients for Python are not tried: ${packages.missing}\n`);

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ seed: { mailboxes: 6, messagesPerMailbox: 90 } });
  // Hidden memberships are among the groups that are read.
  await grantEverything(emulator);
});
afterAll(async () => {
  expect(emulator.failures).toEqual([]);
  await emulator.stop();
});

describe.skipIf('missing' in packages)('MSAL and the Graph SDK for Python, unpatched', () => {
  it('read users, folders, messages over three rounds, attachments, calendars and groups as they are', async () => {
    const userId = (await emulator.get('/users?$top=1&$select=id')).body.value[0].id as string;
    const env = { PYTHONPATH: 'folder' in packages ? packages.folder : '' };
    const settings = { userId, groups: true };
    const reading = await readByProgram(emulator, { command: 'python3', args: [join(folder, 'read_with_sdk.py')], env, settings });
    const { found, before, after, inboxBefore } = reading;

    const { users } = (await emulator.control('GET', '/users')).body;
    expect(found.msal).toEqual({ users: users.length, source: 'cache', refused: 'invalid_client', codes: [7_000_215] });
    expect(found.users.toSorted()).toEqual(users.map((user: any) => user.id).toSorted());
    expect(found.held).toEqual(Object.fromEntries(after.map((line) => [line.id, line.subject])));
    expect(found.counts).toEqual([inboxBefore.length, 3, 1]);
    expect(Object.values(found.folders)).toEqual(expect.arrayContaining(['/Inbox', '/Sent Items', '/Projects']));
    const attached = attachedToInbox(reading);
    expect(attached.map((line) => found.attachments[line.id])).toEqual(attached.map((line) => line.sha256));
    expect(attached.length).toBeGreaterThan(0);
    const events = before.filter((line) => line.kind === 'event' && line.folderPath === 'Calendar').map((line) => line.id);
    expect([found.events.toSorted(), found.view > 5, found.calendars.includes('Calendar')]).toEqual([events.toSorted(), true, true]);
    expect(Object.values(found.groups as Record<string, string[]>).some((members) => members.length > 0)).toBe(true);
  });
});
