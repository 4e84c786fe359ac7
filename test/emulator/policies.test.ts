import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { startEmulator, type TestEmulator } from './support.ts';

const MINUTE_MS = 60_000;

describe('policies about mailboxes', () => {
  let client: TestEmulator;
  let first: string;
  let second: string;
  const add = (policy: object) => client.control('POST', '/policies', { app: client.clientId, immediate: true, ...policy });
  const ask = (mailbox: string, token?: string) => client.get(`/users/${mailbox}/mailFolders/inbox`, token === undefined ? {} : { token });
  const advance = (minutes: number) => client.control('POST', '/clock', { advanceMs: minutes * MINUTE_MS });
  const setRoles = (roles: readonly string[]) => client.control('PATCH', `/apps/${client.clientId}`, { roles });
  const freshToken = async () => (await client.token()).body.access_token as string;

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 3, messagesPerMailbox: 10 } });
    [first, second] = client.emulator.world.users().map(({ id }) => id) as [string, string];
  });
  afterEach(async () => {
    for (const { id, until } of (await client.control('GET', '/policies')).body.policies)
      if (until === undefined) await client.control('DELETE', `/policies/${id}?immediate=true`);
    await client.control('POST', '/clock', { offsetMs: 0 });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('restrict an app to the mailboxes of a scope', async () => {
    await add({ kind: 'access', right: 'RestrictAccess', scope: [first] });
    const refused = await ask(second);
    expect([(await ask(first)).status, refused.status, refused.body.error]).toEqual([
      200,
      403,
      expect.objectContaining({ code: 'ErrorAccessDenied', message: 'Access to OData is disabled.' }),
    ]);
    expect((await client.get(`/users/${second}/calendars`)).status).toBe(403);
    expect((await client.get(`/users/${second}`)).status).toBe(200);
  });

  test('deny an app some mailboxes, and leave people alone', async () => {
    await add({ kind: 'access', right: 'DenyAccess', scope: [first] });
    expect([(await ask(first)).status, (await ask(second)).status]).toEqual([403, 200]);
    const token = await client.personToken(first, ['Mail.Read']);
    expect((await ask(first, token)).status).toBe(200);
  });

  test('come into force when Exchange has heard of them: after half an hour, by the emulator’s clock', async () => {
    const { id } = (await add({ kind: 'access', right: 'DenyAccess', scope: [first], immediate: false })).body;
    expect((await ask(first)).status).toBe(200);
    const check = (await client.control('GET', `/policies/check?app=${client.clientId}&mailbox=${first}`)).body;
    expect([check.now.isShutOut, check.afterCaches.isShutOut]).toEqual([false, true]);
    await advance(31);
    expect((await ask(first)).status).toBe(403);
    await client.control('DELETE', `/policies/${id}`);
    expect((await ask(first)).status).toBe(403);
    await advance(31);
    // An hour has passed, and a token may live no longer.
    expect((await ask(first, await freshToken())).status).toBe(200);
  });

  test('grant an app without any consent the mailboxes of a scope, and no more than the role says', async () => {
    const roles = client.emulator.world.findApp(client.clientId)!.roles;
    await setRoles(['User.Read.All']);
    const token = await freshToken();
    await add({ kind: 'role', role: 'Application Mail.Read', scope: [first] });
    const refused = await ask(second, token);
    expect([(await ask(first, token)).status, refused.status, refused.body.error.message]).toEqual([
      200,
      403,
      'Access is denied. Check credentials and try again.',
    ]);
    expect((await client.get(`/users/${first}/calendars`, { token })).status).toBe(403);
    await setRoles(roles);
  });

  test('add to a consent and do not narrow it', async () => {
    await add({ kind: 'role', role: 'Application Mail.Read', scope: [first] });
    expect([(await ask(first)).status, (await ask(second)).status]).toEqual([200, 200]);
  });

  test('take up to two hours for an app that is busy', async () => {
    const roles = client.emulator.world.findApp(client.clientId)!.roles;
    await setRoles([]);
    const token = await freshToken();
    await ask(first, token);
    await add({ kind: 'role', role: 'Application Mail.ReadBasic', scope: [], immediate: false });
    await advance(45);
    expect((await ask(first, token)).status).toBe(403);
    await client.control('POST', '/clock', { advanceMs: 80 * MINUTE_MS });
    expect((await ask(first, await freshToken())).status).toBe(200);
    await setRoles(roles);
  });

  test('are refused when they name nothing', async () => {
    for (const policy of [
      { kind: 'x' },
      { kind: 'access', scope: [first] },
      { kind: 'access', right: 'DenyAccess' },
      { kind: 'role', role: 'Mail.Read' },
    ])
      expect((await add(policy)).status).toBe(400);
    expect((await add({ kind: 'role', role: 'Application Mail.Read', app: first })).status).toBe(404);
    expect((await client.control('DELETE', '/policies/none')).status).toBe(404);
  });
});

describe('policies that are kept', () => {
  test('are as before after a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'trawl-policies-'));
    const options = { dataDir, seed: { mailboxes: 2, messagesPerMailbox: 5 } };
    const before = await startEmulator(options);
    const mailbox = before.emulator.world.users()[0]!.id;
    await before.control('POST', '/policies', {
      app: before.clientId,
      kind: 'access',
      right: 'DenyAccess',
      scope: [mailbox],
      immediate: true,
    });
    const { policies } = (await before.control('GET', '/policies')).body;
    await before.stop();
    const after = await startEmulator(options);
    expect((await after.control('GET', '/policies')).body.policies).toEqual(policies);
    expect((await after.get(`/users/${mailbox}/mailFolders/inbox`)).status).toBe(403);
    await after.stop();
    rmSync(dataDir, { recursive: true });
  });

  test('are read from organisation.json, in force from the start on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trawl-organisation-'));
    const app = '11111111-2222-4333-8444-555555555555';
    const policies = [{ kind: 'access', app, right: 'RestrictAccess', scope: ['anna@firm.example'] }];
    const users = [{ upn: 'anna@firm.example' }, { upn: 'bert@firm.example' }];
    const apps = [{ clientId: app, secrets: ['secret'] }];
    const write = (more: object) =>
      writeFileSync(
        join(folder, 'organisation.json'),
        JSON.stringify({ version: 1, tenant: { name: 'Firm', domains: ['firm.example'] }, apps, users, ...more }),
      );
    mkdirSync(join(folder, 'mailboxes'));
    write({ policies });
    const client = await startEmulator({ organisation: await loadOrganisation(folder) });
    const status = async (name: string) => (await client.get(`/users/${name}/mailFolders/inbox`)).status;
    expect([await status('anna@firm.example'), await status('bert@firm.example')]).toEqual([200, 403]);
    await client.stop();
    write({ policies: [{ kind: 'access', app }] });
    await expect(loadOrganisation(folder)).rejects.toThrow(/\/policies\/0\/right is missing/);
    rmSync(folder, { recursive: true });
  });
});
