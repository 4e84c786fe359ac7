import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { populate, type KnownIds } from './populate.ts';
import { grantEverything, startEmulator, type TestEmulator } from './support.ts';

let client: TestEmulator;
let known: KnownIds;
const ids: Record<string, string> = {};
const GUID = '00000000-0000-0000-0000-00000000dead';

/** How each service words it: learn.microsoft.com/graph/errors. */
const DIRECTORY = 'Authorization_RequestDenied';
const EXCHANGE = 'ErrorAccessDenied';
const SHAREPOINT = 'accessDenied';

type Operation = readonly [path: string, permissions: readonly string[], code: string, post?: object];

const READ_USERS = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All'] as const;
const READ_GROUPS = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'] as const;
const READ_MAIL = ['Mail.ReadBasic.All', 'Mail.Read', 'Mail.ReadWrite'] as const;
const READ_CALENDARS = ['Calendars.Read', 'Calendars.ReadWrite'] as const;
const READ_FILES = ['Files.Read.All', 'Sites.Read.All'] as const;
const WINDOW = 'startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-02-01T00:00:00Z';

/** The permissions that the pages of learn.microsoft.com/graph/api name for each operation. */
const OPERATIONS: readonly Operation[] = [
  ['/users', READ_USERS, DIRECTORY],
  ['/users/{user}', READ_USERS, DIRECTORY],
  ["/users('{user}')", READ_USERS, DIRECTORY],
  ['/users/delta', READ_USERS, DIRECTORY],
  ['/users/{user}/licenseDetails', READ_USERS, DIRECTORY],
  ['/users/{user}/memberOf', ['Directory.Read.All'], DIRECTORY],
  ['/users/{user}/transitiveMemberOf', ['Directory.Read.All'], DIRECTORY],
  ['/groups', READ_GROUPS, DIRECTORY],
  ['/groups/{group}', READ_GROUPS, DIRECTORY],
  ["/groups('{group}')", READ_GROUPS, DIRECTORY],
  ['/groups/delta', READ_GROUPS, DIRECTORY],
  ['/groups/{group}/members', READ_GROUPS, DIRECTORY],
  ['/groups/{group}/transitiveMembers', READ_GROUPS, DIRECTORY],
  ['/domains', ['Domain.Read.All', 'Directory.Read.All'], DIRECTORY],
  // With less than these, a few properties are left: see below.
  ['/organization', ['Organization.Read.All', 'Directory.Read.All', 'User.Read.All', 'Group.Read.All', 'Domain.Read.All'], DIRECTORY],
  ['/contacts', ['OrgContact.Read.All', 'Directory.Read.All'], DIRECTORY],
  ['/directoryObjects/getByIds', ['Directory.Read.All'], DIRECTORY, { ids: [GUID] }],
  ['/users/{user}/mailFolders', READ_MAIL, EXCHANGE],
  ['/users/{user}/mailFolders/inbox', READ_MAIL, EXCHANGE],
  ['/users/{user}/mailFolders/inbox/childFolders', READ_MAIL, EXCHANGE],
  ['/users/{user}/mailFolders/delta', READ_MAIL, EXCHANGE],
  ['/users/{user}/messages', READ_MAIL, EXCHANGE],
  ['/users/{user}/messages/{message}', READ_MAIL, EXCHANGE],
  ["/users('{user}')/messages('{message}')", READ_MAIL, EXCHANGE],
  ['/users/{user}/mailFolders/inbox/messages', READ_MAIL, EXCHANGE],
  ['/users/{user}/mailFolders/inbox/messages/delta', READ_MAIL, EXCHANGE],
  ['/users/{user}/messages/{message}/attachments', ['Mail.Read', 'Mail.ReadWrite'], EXCHANGE],
  ['/users/{user}/messages/{message}/$value', ['Mail.Read', 'Mail.ReadWrite'], EXCHANGE],
  ['/users/{user}/mailboxSettings', ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'], EXCHANGE],
  ['/users/{user}/mailFolders/inbox/messageRules', ['MailboxSettings.Read'], EXCHANGE],
  ['/users/{user}/outlook/masterCategories', ['MailboxSettings.Read'], EXCHANGE],
  ['/users/{user}/outlook/supportedTimeZones', ['User.Read.All', 'MailboxSettings.Read'], EXCHANGE],
  ['/users/{user}/calendars', READ_CALENDARS, EXCHANGE],
  ['/users/{user}/calendar', READ_CALENDARS, EXCHANGE],
  ['/users/{user}/calendarGroups', READ_CALENDARS, EXCHANGE],
  ['/users/{user}/events', READ_CALENDARS, EXCHANGE],
  ['/users/{user}/events/{event}', READ_CALENDARS, EXCHANGE],
  ["/users('{user}')/events('{event}')", READ_CALENDARS, EXCHANGE],
  [`/users/{user}/events/{event}/instances?${WINDOW}`, READ_CALENDARS, EXCHANGE],
  [`/users/{user}/calendarView?${WINDOW}`, READ_CALENDARS, EXCHANGE],
  [`/users/{user}/calendarView/delta?${WINDOW}`, READ_CALENDARS, EXCHANGE],
  ['/users/{user}/events/{event}/attachments', READ_CALENDARS, EXCHANGE],
  ['/users/{user}/calendar/calendarPermissions', READ_CALENDARS, EXCHANGE],
  [
    '/users/{user}/translateExchangeIds',
    ['User.Read.All'],
    EXCHANGE,
    { inputIds: ['{message}'], sourceIdType: 'restImmutableEntryId', targetIdType: 'restId' },
  ],
  ['/users/{user}/contacts', ['Contacts.Read', 'Contacts.ReadWrite'], EXCHANGE],
  ['/groups/{group}/conversations', ['Group.Read.All'], EXCHANGE],
  ['/groups/{group}/threads', ['Group.Read.All'], EXCHANGE],
  ['/users/{user}/drive', READ_FILES, SHAREPOINT],
  ['/users/{user}/drives', READ_FILES, SHAREPOINT],
  ['/drives/{drive}/root', READ_FILES, SHAREPOINT],
  ['/drives/{drive}/root/delta', READ_FILES, SHAREPOINT],
  ['/drives/{drive}/items/{file}', READ_FILES, SHAREPOINT],
  ['/drives/{drive}/items/{file}/permissions', READ_FILES, SHAREPOINT],
  ['/sites?search=*', ['Sites.Read.All'], SHAREPOINT],
  ['/sites/getAllSites', ['Sites.Read.All'], SHAREPOINT],
  ['/sites/root', ['Sites.Read.All'], SHAREPOINT],
  ['/sites/root/lists', ['Sites.Read.All'], SHAREPOINT],
  ['/sites/root/permissions', ['Sites.FullControl.All'], SHAREPOINT],
  ['/shares/{share}', ['Files.ReadWrite.All', 'Sites.ReadWrite.All'], SHAREPOINT],
];

/** Permissions that hold more than the one that a page names. */
const MORE: readonly (readonly [stronger: string, weaker: string])[] = [
  ['MailboxSettings.ReadWrite', 'MailboxSettings.Read'],
  ['Files.ReadWrite.All', 'Files.Read.All'],
  ['Sites.ReadWrite.All', 'Sites.Read.All'],
  ['Sites.FullControl.All', 'Sites.Read.All'],
  ['Sites.FullControl.All', 'Sites.ReadWrite.All'],
  ['User.ReadWrite.All', 'User.Read.All'],
];

const ALL = [...new Set(OPERATIONS.flatMap(([, permissions]) => permissions))];
const tokens = new Map<string, string>();

const filled = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name]!);

async function ask([path, , , post]: Operation, token: string) {
  if (post === undefined) return client.get(filled(path), { token });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return client.send('POST', `${client.url}/v1.0${filled(path)}`, { headers, body: filled(JSON.stringify(post)) });
}

/** An app has the permissions that its token was issued with and still has: each token here is asked for under its own grant. */
async function asWith<T>(roles: readonly string[], work: (token: string) => Promise<T>): Promise<T> {
  await client.control('PATCH', `/apps/${client.clientId}`, { roles });
  const name = roles.join();
  if (!tokens.has(name)) tokens.set(name, (await client.token()).body.access_token);
  return work(tokens.get(name)!);
}

beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 3, messagesPerMailbox: 30 } });
  await grantEverything(client);
  ids['user'] = client.emulator.world.users()[0]!.id;
  known = await populate(client, ids['user']);
  ids['group'] = known['/groups']!;
  ids['drive'] = known['/drives']!;
  ids['file'] = known[`/drives/${ids['drive']}/items`]!;
  ids['event'] = known[`/users/${ids['user']}/events`]!;
  ids['share'] = known['/shares']!;
  ids['message'] = (await client.get(`/users/${ids['user']}/mailFolders/inbox/messages?$top=1`)).body.value[0].id;
});
afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

describe('application permissions', () => {
  test('each open the operations that Microsoft names them for, and no others', { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    for (const role of ALL)
      await asWith([role], async (token) => {
        for (const operation of OPERATIONS) {
          const [path, permissions, code] = operation;
          const { status, body } = await ask(operation, token);
          const isNamed = permissions.includes(role);
          if (isNamed && status !== 200) wrong.push(`${role} should open ${path}: ${status} ${body?.error?.code}`);
          const isStronger = MORE.some(([stronger, weaker]) => stronger === role && permissions.includes(weaker));
          if (!isNamed && !isStronger && (status !== 403 || body.error.code !== code))
            wrong.push(`${role} should not open ${path}: ${status} ${body?.error?.code}`);
        }
      });
    expect(wrong).toEqual([]);
  });

  test('that are missing altogether are refused as the service behind each path words it', async () => {
    const wrong = await asWith([], async (token) => {
      const found: string[] = [];
      for (const operation of OPERATIONS) {
        const { status, body } = await ask(operation, token);
        if (status !== 403 || body.error.code !== operation[2]) found.push(`${operation[0]}: ${status} ${body?.error?.code}`);
      }
      return found;
    });
    expect(wrong).toEqual([]);
  });

  test('never open what Microsoft does not offer to apps', async () => {
    await asWith(['Group.Read.All', 'Group.ReadWrite.All', 'Calendars.Read', 'Mail.Read', 'User.Read.All'], async (token) => {
      for (const path of ['/groups/{group}/events', `/groups/{group}/calendarView?${WINDOW}`])
        expect((await client.get(filled(path), { token })).status, path).toBe(403);
      const { status, body } = await client.get('/me', { token });
      expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    });
  });

  test('that do not reach an organisation’s settings leave its name and domains', async () => {
    await asWith(['User.Read.All'], async (token) => {
      const { status, body } = await client.get('/organization', { token });
      expect(status).toBe(200);
      const set = Object.entries(body.value[0]).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
      expect(set.map(([name]) => name).sort()).toEqual(['displayName', 'id', 'verifiedDomains']);
    });
  });
});

describe('delegated permissions', () => {
  test('open the mailbox of the person who signed in and nobody else’s', async () => {
    const [, other] = client.emulator.world.users();
    const token = await client.personToken(ids['user']!, ['Mail.Read', 'Calendars.Read', 'Contacts.Read', 'MailboxSettings.Read']);
    for (const path of ['/messages', '/mailFolders/inbox', '/events', '/contacts', '/mailboxSettings']) {
      expect((await client.get(`/me${path}`, { token })).status, `/me${path}`).toBe(200);
      const refused = await client.get(`/users/${other!.id}${path}`, { token });
      expect([refused.status, refused.body.error?.code], path).toEqual([403, EXCHANGE]);
    }
  });
});

describe('the settings of a mailbox', () => {
  test('come with their user where the caller may read them', async () => {
    const path = `/users/${ids['user']}?$select=displayName,mailboxSettings`;
    await asWith(['User.Read.All', 'MailboxSettings.Read'], async (token) => {
      const { status, body } = await client.get(path, { token });
      expect([status, body.mailboxSettings.userPurpose]).toEqual([200, 'user']);
    });
    await asWith(['User.Read.All'], async (token) => {
      const { status, body } = await client.get(path, { token });
      expect([status, body.error.code]).toEqual([403, EXCHANGE]);
    });
  });
});
