import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { readAll, readTruth, startEmulator, type TestEmulator } from './support.ts';

const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus');
const ANN = 'ann@files.example';
const folders: string[] = [];

/** A new folder with an organisation.json of two people. */
function organisation(changes: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'trawl-folder-'));
  folders.push(folder);
  const users = [{ upn: ANN, displayName: 'Ann' }, { upn: 'bob@files.example' }];
  const file = { version: 1, tenant: { name: 'Files', domains: ['files.example', 'files.onmicrosoft.com'] }, users, ...changes };
  writeFileSync(join(folder, 'organisation.json'), JSON.stringify(file));
  return folder;
}

function put(folder: string, path: string, content: string | Buffer): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!existsSync(CORPUS))('an organisation of all that the corpus holds (beside the checkout)', () => {
  const list = (name: string) => (existsSync(CORPUS) ? readdirSync(join(CORPUS, name)) : []);
  const files = list('files');
  let client: TestEmulator;
  let problems: { file: string; field?: string; problem: string; outcome: string }[];

  beforeAll(async () => {
    const folder = organisation();
    cpSync(join(CORPUS, 'mail'), join(folder, 'mailboxes', ANN, 'Inbox'), { recursive: true });
    cpSync(join(CORPUS, 'calendar'), join(folder, 'mailboxes', ANN, 'calendars'), { recursive: true });
    cpSync(join(CORPUS, 'files'), join(folder, 'drives', ANN, 'Corpus'), { recursive: true });
    for (const name of files) {
      const base64 = readFileSync(join(CORPUS, 'files', name))
        .toString('base64')
        .replaceAll(/.{76}/g, '$&\r\n');
      const head = `Subject: ${name}\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name="${name}"\r\n`;
      const disposition = `Content-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
      put(folder, `mailboxes/${ANN}/Attached/${name}.eml`, `${head}${disposition}${base64}\r\n`);
    }
    client = await startEmulator({ organisation: await loadOrganisation(folder) });
    await client.control('PATCH', `/apps/${client.clientId}`, {
      roles: ['Mail.Read', 'Calendars.Read', 'User.Read.All', 'Files.Read.All'],
    });
    problems = (await client.control('GET', '/problems')).body.problems;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('serves each mail and calendar, or names it', async () => {
    const named = new Set(problems.filter(({ outcome }) => outcome === 'left out').map(({ file }) => file));
    const messages = (await readTruth(client)).filter((line) => line.kind === 'message' && line.folderPath === 'Inbox');
    const mails = list('mail').filter((name) => !named.has(`mailboxes/${ANN}/Inbox/${name}`));
    expect(messages).toHaveLength(mails.length);
    const calendars = await readAll(client, `/users/${ANN}/calendars?$top=200`);
    const names = new Set(calendars.value.map((calendar) => calendar.name));
    for (const name of list('calendar'))
      expect(names.has(name.replace(/\.ics$/, '')) || named.has(`mailboxes/${ANN}/calendars/${name}`)).toBe(true);
    for (const { file, problem } of problems) expect([file, problem.length > 5]).toEqual([expect.stringContaining(ANN), true]);
  });

  test('serves each file as an attachment and as an item of OneDrive, byte for byte', async () => {
    const messages = (await readTruth(client)).filter((line) => line.kind === 'attachment' && line.folderPath === 'Attached');
    expect(messages.map((line) => line.subject).toSorted()).toEqual(files.toSorted());
    const { value } = await readAll(client, `/users/${ANN}/drive/root:/Corpus:/children?$top=10`);
    expect(value.map((item) => item.name).toSorted()).toEqual(files.toSorted());
    for (const item of value) {
      const { bytes } = await client.get(item['@microsoft.graph.downloadUrl'], { token: null });
      expect(bytes.equals(readFileSync(join(CORPUS, 'files', item.name)))).toBe(true);
      expect(item.size).toBe(bytes.length);
    }
  });
});

describe('an organisation’s folder', () => {
  test('has every file named that nothing reads', async () => {
    const folder = organisation();
    put(folder, `mailboxes/${ANN}/Inbox/one.eml`, 'Subject: One\r\n\r\nOne\r\n');
    put(
      folder,
      `mailboxes/${ANN}/Inbox/one.eml.json`,
      JSON.stringify({ isRead: 'no', colour: 'red', receivedDateTime: 'soon', categories: 'x' }),
    );
    put(folder, `mailboxes/${ANN}/Inbox/two.eml`, 'Subject: Two\r\n\r\nTwo\r\n');
    put(folder, `mailboxes/${ANN}/Inbox/two.eml.json`, 'null');
    const unread = [
      `mailboxes/${ANN}/Inbox/lost.eml.json`,
      `mailboxes/${ANN}/Inbox/picture.png`,
      `mailboxes/${ANN}/loose.eml`,
      `mailboxes/${ANN}/calendars/x.txt`,
      'notes.txt',
      'other/x.eml',
    ];
    for (const path of unread) put(folder, path, 'x');
    symlinkSync(join(folder, 'nowhere'), join(folder, `mailboxes/${ANN}/Inbox/link.eml`));
    const { problems } = await loadOrganisation(folder);
    expect(new Set(problems.map(({ file }) => file))).toEqual(
      new Set([...unread, `mailboxes/${ANN}/Inbox/link.eml`, `mailboxes/${ANN}/Inbox/one.eml.json`, `mailboxes/${ANN}/Inbox/two.eml.json`]),
    );
    const fields = problems.filter(({ file }) => file.endsWith('one.eml.json')).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(['categories', 'colour', 'isRead', 'receivedDateTime']);
  });

  test('serves a mail whose settings are broken, without them', async () => {
    const folder = organisation();
    put(folder, `mailboxes/${ANN}/Inbox/two.eml`, 'Subject: Two\r\n\r\nTwo\r\n');
    put(folder, `mailboxes/${ANN}/Inbox/two.eml.json`, '[1');
    const client = await startEmulator({ organisation: await loadOrganisation(folder) });
    expect((await client.get(`/users/${ANN}/messages`)).body.value).toMatchObject([{ subject: 'Two', isRead: true }]);
    expect((await client.control('GET', '/problems')).body.problems).toMatchObject([{ problem: 'is not JSON', outcome: 'left out' }]);
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test.each([
    [{ tenants: 1 }, '/tenants is not known'],
    [{ users: [{ upn: ANN, class: 'robot' }] }, '/users/0/class must be one of user,'],
    [{ users: [{ displayName: 'Nobody' }] }, '/users/0/upn is missing'],
    [{ version: 2 }, '/version must be 1'],
    [{ users: [{ upn: ANN }, { upn: 'b@files.example', aliases: [ANN.toUpperCase()] }] }, '/users/1/aliases/0'],
    [{ apps: [{ clientId: 'mine' }] }, '/apps/0/clientId must match format'],
    [{ tenant: { name: 'X', domains: ['no domain'] } }, '/tenant/domains/0'],
    [{ apps: [{ clientId: '8f2f6a3e-3a43-4b35-9b1a-5d9c6a5d0b11', secrets: [{ value: 'x', expires: 'never' }] }] }, '/apps/0/secrets/0'],
  ])('is refused with file and field: %j', async (changes, named) => {
    const folder = organisation(changes);
    await expect(loadOrganisation(folder)).rejects.toThrow(join(folder, 'organisation.json'));
    await expect(loadOrganisation(folder)).rejects.toThrow(named);
  });

  test('serves files of users and sites from drives/', async () => {
    const folder = organisation();
    put(folder, `drives/${ANN}/Letters/a%2Fb.txt`, 'letter');
    put(folder, 'drives/sites%2Fplans/plan.txt', 'plan');
    const client = await startEmulator({ organisation: await loadOrganisation(folder) });
    await client.control('PATCH', `/apps/${client.clientId}`, { roles: ['Files.Read.All', 'Sites.Read.All'] });
    const items = (await client.get(`/users/${ANN}/drive/root:/letters:/children`)).body.value;
    expect(items).toMatchObject([{ name: 'a/b.txt', size: 6 }]);
    expect((await client.get('/sites/files.sharepoint.com:/sites/plans:/drive/root/children')).body.value).toMatchObject([
      { name: 'plan.txt' },
    ]);
    expect((await client.get('/users/bob@files.example/drive/root/children')).body.value).toEqual([]);
    expect(client.failures).toEqual([]);
    await client.stop();
  });
});
