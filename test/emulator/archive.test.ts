import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { readAll, readTruth, startEmulator, type TestEmulator } from './support.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ANN = 'ann@files.example';

describe('the in-place archive of a user of a folder’s organisation', () => {
  const folder = temporaryFolder();
  let client: TestEmulator;
  let ann: string;
  let archive: string;
  const settingsOf = async (version: string, user: string) =>
    (await client.get(`${client.url}/${version}/users/${user}/settings/exchange`)).body;

  beforeAll(async () => {
    const users = [{ upn: ANN, archive: true }, { upn: 'bob@files.example' }];
    const tenant = { name: 'Files', domains: ['files.example', 'files.onmicrosoft.com'] };
    writeFileSync(join(folder, 'organisation.json'), JSON.stringify({ version: 1, tenant, users }));
    mkdirSync(join(folder, 'mailboxes', ANN, 'Inbox'), { recursive: true });
    for (const name of ['one', 'two']) {
      writeFileSync(join(folder, 'mailboxes', ANN, 'Inbox', `${name}.eml`), `From: b@files.example\r\nSubject: ${name}\r\n\r\nwords\r\n`);
    }
    client = await startEmulator({ organisation: await loadOrganisation(folder) });
    ann = client.emulator.world.findUser(ANN)!.id;
    archive = (await settingsOf('beta', ann)).inPlaceArchiveMailboxId;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('is named by beta alone, and is none of the mailbox’s folders', async () => {
    expect(archive).toMatch(/^MBX:[0-9a-f-]{36}@[0-9a-f-]{36}$/);
    expect(await settingsOf('v1.0', ann)).not.toHaveProperty('inPlaceArchiveMailboxId');
    expect((await settingsOf('beta', client.emulator.world.findUser('bob@files.example')!.id)).inPlaceArchiveMailboxId).toBeNull();
    const folders = (await readAll(client, `/users/${archive}/mailFolders/delta`)).value;
    const own = new Set((await readAll(client, `/users/${ann}/mailFolders/delta`)).value.map(({ id }) => id));
    expect(folders.length).toBeGreaterThan(0);
    expect(folders.filter(({ id }) => own.has(id))).toEqual([]);
  });

  test('gives a message that is moved there another id of both kinds; both mailboxes’ deltas tell it', async () => {
    const inbox = await readAll(client, `/users/${ann}/mailFolders/inbox/messages/delta`);
    const there = await readAll(client, `/users/${archive}/messages/delta`);
    const { id, subject } = inbox.value[0];
    const moved = (await client.control('POST', `/mailboxes/${ann}/messages/${id}/archive`, {})).body;
    expect(moved).toMatchObject({ mailboxId: archive });
    expect(moved.id).not.toBe(id);
    expect((await client.get(`/users/${ann}/messages/${id}`)).body.error.code).toBe('ErrorItemNotFound');
    expect((await client.get(`/users/${archive}/messages/${id}`)).body.error.code).toBe('ErrorInvalidMailboxItemId');
    expect((await readAll(client, inbox.deltaLink)).value).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
    expect((await readAll(client, there.deltaLink)).value).toMatchObject([{ id: moved.id, subject }]);
    const truth = await readTruth(client, `?mailbox=${ann}&archive=true`);
    expect(truth.filter((line) => line.kind === 'message').map((line) => [line.mailboxId, line.subject])).toContainEqual([
      archive,
      subject,
    ]);
  });

  test('has a limit of its own', async () => {
    await client.control('PUT', '/limits', { concurrent: 1 });
    const rule = await client.control('POST', '/faults', { match: { path: `users/${ann}/messages` }, answer: { hold: true }, count: 1 });
    const held = client.get(`/users/${ann}/messages`);
    await expect.poll(async () => (await client.control('GET', '/faults')).body.faults[0].played).toBe(1);
    expect((await client.get(`/users/${ann}/mailFolders`)).status).toBe(429);
    expect((await client.get(`/users/${archive}/mailFolders`)).status).toBe(200);
    await client.control('DELETE', `/faults/${rule.body.id}`);
    expect((await held).status).toBe(200);
    await client.control('DELETE', '/limits');
  });
});
