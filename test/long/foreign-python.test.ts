import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTruth, startEmulator, type TestEmulator } from '../emulator/support.ts';
import { pythonPackages } from './python-packages.ts';

const folder = join(import.meta.dirname, 'python');
const packages = await pythonPackages(join(folder, 'graph-requirements.txt'));
if ('missing' in packages) process.stderr.write(`The clients for Python are not tried: ${packages.missing}\n`);

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ seed: { mailboxes: 6, messagesPerMailbox: 90 } });
});
afterAll(async () => {
  expect(emulator.failures).toEqual([]);
  await emulator.stop();
});

describe.skipIf('missing' in packages)('MSAL and the Graph SDK for Python, unpatched', () => {
  it('read users, folders, messages over three rounds, attachments and calendars as they are', async () => {
    const userId = (await emulator.get('/users?$top=1&$select=id')).body.value[0].id as string;
    const hasGroups = (await emulator.get('/groups?$top=1')).status === 200;
    const before = await readTruth(emulator, `?mailbox=${userId}`);
    const { url, tenantId, clientId, secret, caFile } = emulator;
    const env = {
      ...process.env,
      ...{ PYTHONPATH: 'folder' in packages ? packages.folder : '', REQUESTS_CA_BUNDLE: caFile, SSL_CERT_FILE: caFile },
      EMULATOR: JSON.stringify({ url, tenantId, clientId, secret, userId, groups: hasGroups }),
    };
    const child = spawn('python3', [join(folder, 'read_with_sdk.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const inbox = before.filter((line) => line.kind === 'message' && line.folderPath === 'Inbox');
    const changes = [
      async () => {
        await emulator.control('POST', `/mailboxes/${userId}/messages`, { subject: 'Added between rounds' });
        await emulator.control('DELETE', `/mailboxes/${userId}/messages/${inbox[0].id}?hard=true`);
        await emulator.control('POST', `/mailboxes/${userId}/messages/${inbox[1].id}/move`, { folder: 'archive' });
      },
      () => emulator.control('PATCH', `/mailboxes/${userId}/messages/${inbox[2].id}`, { subject: 'Changed between rounds' }),
    ];
    let found: any;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'round') {
        await changes.shift()!();
        child.stdin.write('\n');
      } else found = JSON.parse(line);
    }
    expect((await ended)[0]).toBe(0);

    const { users } = (await emulator.control('GET', '/users')).body;
    expect(found.msal).toEqual({ users: users.length, source: 'cache', refused: 'invalid_client', codes: [7_000_215] });
    expect(found.users.toSorted()).toEqual(users.map((user: any) => user.id).toSorted());
    const after = (await readTruth(emulator, `?mailbox=${userId}`)).filter(
      (line) => line.kind === 'message' && line.folderPath === 'Inbox',
    );
    expect(found.held).toEqual(Object.fromEntries(after.map((line) => [line.id, line.subject])));
    expect(found.counts).toEqual([inbox.length, 3, 1]);
    expect(Object.values(found.folders)).toEqual(expect.arrayContaining(['/Inbox', '/Sent Items', '/Projects']));
    const attached = before.filter((line) => line.kind === 'attachment' && line.sha256 && !line.isInline && line.folderPath === 'Inbox');
    expect(attached.map((line) => found.attachments[line.id])).toEqual(attached.map((line) => line.sha256));
    expect(attached.length).toBeGreaterThan(0);
    const events = before.filter((line) => line.kind === 'event' && line.folderPath === 'Calendar').map((line) => line.id);
    expect([found.events.toSorted(), found.view > 5, found.calendars.includes('Calendar')]).toEqual([events.toSorted(), true, true]);
    if (hasGroups) expect(Object.values(found.groups as Record<string, string[]>).some((members) => members.length > 0)).toBe(true);
  });
});
