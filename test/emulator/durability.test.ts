import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { EMULATOR_MAIN, killEmulator, spawnEmulator } from './emulator-process.ts';
import { startReceiver } from './notification-receiver.ts';
import { readAll, readTruth, type createTestClient } from './support.ts';

const children: ChildProcess[] = [];

async function start(dataDir: string, port = 0) {
  const emulator = await spawnEmulator({ port, 'data-dir': dataDir, users: 4, messages: 40 });
  children.push(emulator.child);
  return emulator;
}

describe('an emulator that is killed', () => {
  let dataDir: string | undefined;
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) await killEmulator(child, 'SIGKILL');
    if (dataDir) rmSync(dataDir, { recursive: true, force: true });
  });

  test('in mid-traffic comes back with every change it had answered, the same ids, links, keys and clock', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
    const first = await start(dataDir);
    const { users } = (await first.client.control('GET', '/users')).body;
    const user = users[0].id as string;
    const inbox = await readAll(first.client, `/users/${user}/mailFolders/inbox/messages/delta`);
    const { access_token: token } = (await first.client.token()).body;
    await first.client.control('POST', '/clock', { advanceMs: 1_000_000 });
    const answered: string[] = [];
    const write = async (lane: number) => {
      for (let turn = 0; turn < 1_000; turn++) {
        const reply = await first.client.control('POST', `/mailboxes/${user}/messages`, { subject: `lane ${lane} turn ${turn}` });
        answered.push(reply.body.id);
      }
    };
    const traffic = Promise.allSettled([1, 2, 3].map(write));
    await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThan(100);
    await killEmulator(first.child, 'SIGKILL');
    await traffic;
    await first.client.close();
    // What the power left of a line that was being written.
    appendFileSync(join(dataDir, 'journal.ndjson'), '{"op":"message.add","mai');

    const second = await start(dataDir, first.ready.port);
    const again = await readAll(second.client, inbox.deltaLink);
    const ids = new Set(again.value.map((message) => message.id));
    expect(answered.filter((id) => !ids.has(id))).toEqual([]);
    expect(again.value.length - answered.length).toBeLessThanOrEqual(3);
    const known = new Map((await readTruth(second.client, `?mailbox=${user}`)).map((line) => [line.id, line]));
    expect(inbox.value.filter((message) => known.get(message.id)?.changeKey !== message.changeKey)).toEqual([]);
    expect((await second.client.get('/users?$top=1', { token })).status).toBe(200);
    expect((await second.client.control('GET', '/clock')).body.offsetMs).toBe(1_000_000);
    await second.client.close();

    const truth = await killEmulator(second.child, 'SIGKILL').then(() => start(dataDir!, first.ready.port));
    expect((await readAll(truth.client, again.deltaLink)).value).toEqual([]);
    await truth.client.close();
  });

  test('again and again, among readers and writers of every kind, loses nothing that it had answered', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
    let run = await start(dataDir);
    const { port } = run.ready;
    const { users } = (await run.client.control('GET', '/users')).body;
    const [owner] = users as { id: string }[];
    const inboxPath = `/users/${owner!.id}/mailFolders/inbox/messages`;
    const first = await run.client.get(`${inboxPath}/delta?$select=subject,isRead`, {
      prefer: 'IdType="ImmutableId", odata.maxpagesize=5',
    });
    const oldLinks = { next: first.body['@odata.nextLink'] as string, delta: (await readAll(run.client, `${inboxPath}/delta`)).deltaLink };
    const listLink = (await run.client.get(`/users/${owner!.id}/messages?$top=5&$select=id`)).body['@odata.nextLink'] as string;
    const { access_token: token } = (await run.client.token()).body;
    const expected = new Map<string, { subject: string; isRead: boolean; folder: string } | null>();
    const secrets: string[] = [];
    let offsetMs = 0;
    for (let round = 0; round < 4; round++) {
      const traffic = mixedTraffic(run.client, { user: owner!.id, round, expected, secrets, link: oldLinks.next });
      await expect.poll(() => traffic.answered(), { timeout: 20_000 }).toBeGreaterThan(60);
      await killEmulator(run.child, 'SIGKILL');
      await traffic.ended;
      await run.client.close();
      run = await start(dataDir, port);
      const truth = new Map((await readTruth(run.client, `?mailbox=${owner!.id}`)).map((line) => [line.id, line]));
      for (const [id, item] of expected) {
        const line = truth.get(id);
        const found = line && { subject: line.subject, isRead: line.isRead, folder: line.folderPath };
        expect(found ?? null, `message ${id} after round ${round}`).toEqual(item);
      }
      const clock = (await run.client.control('GET', '/clock')).body.offsetMs;
      expect(clock).toBe(offsetMs);
      offsetMs += 60_000;
      await run.client.control('POST', '/clock', { advanceMs: 60_000 });
      expect((await run.client.get(inboxPath, { token })).status).toBe(200);
    }
    const known = new Set((await readTruth(run.client, `?mailbox=${owner!.id}`)).map((line) => line.id));
    expect((await readAll(run.client, oldLinks.next)).value.filter((item) => !item['@removed'] && !known.has(item.id))).toEqual([]);
    const told = new Set((await readAll(run.client, oldLinks.delta)).value.map((item) => item.id));
    const inInbox = [...expected].filter(([, item]) => item?.folder === 'Inbox').map(([id]) => id);
    expect(inInbox.filter((id) => !told.has(id))).toEqual([]);
    expect((await run.client.get(listLink)).status).toBe(200);
    expect(secrets).toHaveLength(4);
    for (const secret of secrets) expect((await run.client.token({ client_secret: secret })).status).toBe(200);
    await run.client.close();
  });

  test('comes back with subscriptions, policies, groups, apps, drives, calendars and signing keys as they were', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
    const receiver = await startReceiver();
    let run = await start(dataDir);
    const { port } = run.ready;
    const { users } = (await run.client.control('GET', '/users')).body;
    const [owner, member] = users.map(({ id }: { id: string }) => id) as [string, string];
    const { apps } = (await run.client.control('GET', '/apps')).body;
    const control = async (method: string, path: string, body: object) => {
      const reply = await run.client.control(method, path, body);
      if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      return reply.body;
    };
    await control('PATCH', `/apps/${apps[0].clientId}`, { roles: [...apps[0].roles, 'Mail.Read', 'Files.Read.All'] });
    await control('PATCH', '/apps/11111111-2222-3333-4444-555555555555', {
      name: 'Second',
      secrets: ['its secret'],
      roles: ['User.Read.All'],
    });
    await control('PATCH', '/entra', { tokenLifetimeSeconds: 1_234 });
    await control('POST', '/policies', { kind: 'access', app: apps[0].clientId, right: 'DenyAccess', scope: [member], immediate: true });
    await control('POST', '/groups', { displayName: 'Made by hand', kind: 'security', members: [owner, member] });
    await control('POST', `/drives/${owner}/items`, { path: '/plan.txt', content: 'plan' });
    await control('POST', `/mailboxes/${owner}/calendars`, { name: 'Trips' });
    const authorization = `Bearer ${(await run.client.token()).body.access_token}`;
    const made = await run.client.send('POST', `${run.ready.url}/v1.0/subscriptions`, {
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ changeType: 'created', notificationUrl: `${receiver.url}/notices`, resource: `/users/${owner}/messages` },
        expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    });
    expect(made.status).toBe(201);
    const seen = async () => {
      const headers = { authorization };
      const ask = (path: string) => run.client.send('GET', `${run.ready.url}/v1.0${path}`, { headers });
      const group = (await ask("/groups?$filter=displayName eq 'Made by hand'")).body.value[0];
      const { policies } = (await run.client.control('GET', '/policies')).body;
      const { subscriptions } = (await run.client.control('GET', '/subscriptions')).body;
      return {
        group,
        members: (await ask(`/groups/${group.id}/members?$select=id`)).body.value.length,
        policies,
        subscriptions: subscriptions.map(({ id, expirationDateTime }: any) => [id, expirationDateTime]),
        apps: (await run.client.control('GET', '/apps')).body.apps,
        entra: (await run.client.control('GET', '/entra')).body,
        refused: (await ask(`/users/${member}/messages`)).status,
        // Addresses of downloads are new ones each time.
        files: (await ask(`/users/${owner}/drive/root/children`)).body.value.map(({ id, name, eTag }: any) => ({ id, name, eTag })),
        calendars: (await ask(`/users/${owner}/calendars`)).body.value,
        keys: (await run.client.send('GET', `${run.ready.url}/${run.client.tenantId}/discovery/v2.0/keys`)).body.keys.map(
          ({ kid }: any) => kid,
        ),
      };
    };
    const before = await seen();
    expect([
      before.members,
      before.refused,
      before.subscriptions.length,
      before.files.some(({ name }: any) => name === 'plan.txt'),
    ]).toEqual([...[2, 403, 1, true]]);
    await killEmulator(run.child, 'SIGKILL');
    await run.client.close();
    run = await start(dataDir, port);
    expect(await seen()).toEqual(before);
    await control('POST', `/mailboxes/${owner}/messages`, { subject: 'After the crash' });
    await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await run.client.close();
    await receiver.stop();
  });

  test('by SIGTERM or Ctrl-C ends by itself with 0', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, client } = await start(dataDir);
      await client.get('/domains');
      expect(await killEmulator(child, signal)).toBe(0);
      await client.close();
    }
  });

  test('says every wrong setting at once and exits with 2', async () => {
    const child = spawn(process.execPath, [EMULATOR_MAIN, '--port', '70000', '--users', 'many'], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    let text = '';
    child.stderr!.on('data', (part: Buffer) => (text += part.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, text.includes('--port'), text.includes('--users')]).toEqual([2, true, true]);
  });
});

/** Writers, readers and an administrator at once, until the connection breaks; `expected` holds what was answered. */
function mixedTraffic(
  client: ReturnType<typeof createTestClient>,
  of: {
    user: string;
    round: number;
    expected: Map<string, { subject: string; isRead: boolean; folder: string } | null>;
    secrets: string[];
    link: string;
  },
) {
  let answered = 0;
  const mailbox = `/mailboxes/${of.user}`;
  const change = async (method: string, path: string, body?: object) => {
    const reply = await client.control(method, path, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status}`);
    answered++;
    return reply.body;
  };
  const write = async (lane: number) => {
    for (let turn = 0; turn < 500; turn++) {
      const subject = `round ${of.round} lane ${lane} turn ${turn}`;
      const { id } = await change('POST', `${mailbox}/messages`, { subject, isRead: false });
      of.expected.set(id, { subject, isRead: false, folder: 'Inbox' });
      // What is asked for but not answered may have happened or not: nothing is expected of it.
      const step = async (
        method: string,
        path: string,
        body: object | undefined,
        after: { subject: string; isRead: boolean; folder: string } | null,
      ) => {
        of.expected.delete(id);
        await change(method, `${mailbox}/messages/${id}${path}`, body);
        of.expected.set(id, after);
      };
      if (turn % 4 === 1)
        await step('PATCH', '', { isRead: true, subject: `${subject}!` }, { subject: `${subject}!`, isRead: true, folder: 'Inbox' });
      if (turn % 4 === 2) await step('POST', '/move', { folder: 'archive' }, { subject, isRead: false, folder: 'Archive' });
      if (turn % 4 === 3) await step('DELETE', '?hard=true', undefined, null);
    }
  };
  const administer = async () => {
    const { apps } = (await client.control('GET', '/apps')).body;
    const secret = `added in round ${of.round}`;
    await change('PATCH', `/apps/${apps[0].clientId}`, {
      secrets: [...apps[0].secrets.map((entry: { value: string }) => entry.value), secret],
    });
    of.secrets.push(secret);
  };
  const read = async () => {
    for (let turn = 0; turn < 500; turn++) {
      await client.get(turn % 2 === 0 ? of.link : `/users/${of.user}/messages?$top=20`);
      answered++;
    }
  };
  const ended = Promise.allSettled([write(1), write(2), write(3), read(), administer()]);
  return { answered: () => answered, ended };
}
