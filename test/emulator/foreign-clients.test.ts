import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConfidentialClientApplication } from '@azure/msal-node';
import type { Client, GraphError } from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphJavaScriptClient, iterate } from './graph-javascript-client.ts';
import { readTruth, startEmulator, type TestEmulator } from './support.ts';

const IMMUTABLE = { Prefer: 'IdType="ImmutableId"' };
const SMALL_PAGES = { Prefer: 'IdType="ImmutableId", odata.maxpagesize=7' };

let emulator: TestEmulator;
let client: Client;
let user: { id: string; mail: string };

beforeAll(async () => {
  emulator = await startEmulator({ seed: { mailboxes: 6, messagesPerMailbox: 90 } });
  client = graphJavaScriptClient(emulator);
  user = (await client.api('/users').select('id,mail').top(1).get()).value[0];
});
afterAll(async () => {
  expect(emulator.failures).toEqual([]);
  await emulator.stop();
});

describe("Microsoft's Graph client for JavaScript, unpatched", () => {
  test('reads all users page by page, and one by address', async () => {
    const { items } = await iterate(client, '/users?$select=id,displayName,mail&$top=3');
    const { users } = (await emulator.control('GET', '/users')).body;
    expect(items.map((item) => item.id).toSorted()).toEqual(users.map((item: any) => item.id).toSorted());
    expect((await client.api(`/users/${user.mail}`).get()).id).toBe(user.id);
    const counted = await client.api('/users').header('ConsistencyLevel', 'eventual').count(true).filter("endsWith(mail,'.example')").get();
    expect(counted['@odata.count']).toBe(counted.value.length);
  });

  test('walks the folder tree from its top and finds the folders that the flat delta finds', async () => {
    const walk = async (path: string): Promise<string[]> => {
      const { items } = await iterate(client, `${path}?includeHiddenFolders=true&$top=4`);
      const parents = items.filter((folder) => folder.childFolderCount > 0);
      const below = parents.map((folder) => walk(`/users/${user.id}/mailFolders/${folder.id}/childFolders`));
      return [...items.map((folder) => folder.id as string), ...(await Promise.all(below)).flat()];
    };
    const walked = await walk(`/users/${user.id}/mailFolders`);
    const flat = await iterate(client, `/users/${user.id}/mailFolders/delta`, SMALL_PAGES);
    expect(walked.toSorted()).toEqual(flat.items.map((folder) => folder.id).toSorted());
    expect(flat.deltaLink).toContain('$deltatoken=');
  });

  test('follows a folder by delta over several rounds while it changes', async () => {
    const folder = `/users/${user.id}/mailFolders/inbox/messages`;
    const held = new Map<string, any>();
    const round = async (path: string) => {
      const { items, deltaLink } = await iterate(client, path, SMALL_PAGES);
      for (const item of items) {
        if (item['@removed']) held.delete(item.id);
        else held.set(item.id, { ...held.get(item.id), ...item });
      }
      return { deltaLink: deltaLink!, count: items.length };
    };
    const first = await round(`${folder}/delta?$select=subject,isRead,receivedDateTime`);
    expect(held.size).toBe(Number(await client.api(`${folder}/$count`).get()));
    const [read, moved, deleted] = [...held.values()];
    const added = (await emulator.control('POST', `/mailboxes/${user.id}/messages`, { subject: 'Neu: Prüfung 日本' })).body.id;
    await emulator.control('PATCH', `/mailboxes/${user.id}/messages/${read.id}`, { isRead: !read.isRead });
    await emulator.control('POST', `/mailboxes/${user.id}/messages/${moved.id}/move`, { folder: 'archive' });
    await emulator.control('DELETE', `/mailboxes/${user.id}/messages/${deleted.id}?hard=true`);
    const second = await round(first.deltaLink);
    expect(second.count).toBe(4);
    expect([held.get(added).subject, held.get(read.id).isRead, held.has(moved.id), held.has(deleted.id)]).toEqual([
      'Neu: Prüfung 日本',
      !read.isRead,
      false,
      false,
    ]);
    await emulator.control('DELETE', `/mailboxes/${user.id}/messages/${added}?hard=true`);
    const third = await round(second.deltaLink);
    expect([third.count, held.has(added)]).toEqual([1, false]);
    expect((await round(third.deltaLink)).count).toBe(0);
    const truth = (await readTruth(emulator, `?mailbox=${user.id}`)).filter(
      (line) => line.kind === 'message' && line.folderPath === 'Inbox',
    );
    expect([...held.keys()].toSorted()).toEqual(truth.map((line) => line.id).toSorted());
  });

  test('follows nextLinks by hand, and its whole links as they are', async () => {
    const ids: string[] = [];
    let path: string | undefined = `/users/${user.id}/messages?$select=id&$top=25`;
    while (path !== undefined) {
      const page: any = await client.api(path).headers(IMMUTABLE).get();
      ids.push(...page.value.map((message: any) => message.id));
      path = page['@odata.nextLink'];
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(Number(await client.api(`/users/${user.id}/messages/$count`).get()));
  });

  test('reads attachments as a list, one by one, and as bytes', async () => {
    const truth = (await readTruth(emulator)).filter((line) => line.kind === 'attachment' && line.sha256).slice(0, 5);
    for (const line of truth) {
      const path = `/users/${line.mailboxId}/messages/${line.parentId}/attachments`;
      const { items } = await iterate(client, path, IMMUTABLE);
      const bytes = Buffer.from(items.find((item) => item.id === line.id).contentBytes, 'base64');
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(line.sha256);
      expect((await client.api(`${path}/${line.id}`).headers(IMMUTABLE).get()).name).toBe(line.subject);
      const stream = await client.api(`${path}/${line.id}/$value`).headers(IMMUTABLE).getStream();
      expect(
        createHash('sha256')
          .update(Buffer.from(await new Response(stream).arrayBuffer()))
          .digest('hex'),
      ).toBe(line.sha256);
    }
    const message = truth[0]!;
    const mime = await client.api(`/users/${message.mailboxId}/messages/${message.parentId}/$value`).headers(IMMUTABLE).getStream();
    expect(await new Response(mime).text()).toContain('MIME-Version: 1.0');
  });

  test('reads calendars, events and a calendar view in a time zone', async () => {
    const calendars = await iterate(client, `/users/${user.id}/calendars?$top=2`);
    const events = await iterate(client, `/users/${user.id}/calendar/events?$top=5`, IMMUTABLE);
    const truth = (await readTruth(emulator, `?mailbox=${user.id}`)).filter(
      (line) => line.kind === 'event' && line.folderPath === 'Calendar',
    );
    expect(calendars.items.filter((calendar) => calendar.isDefaultCalendar)).toHaveLength(1);
    expect(events.items.map((event) => event.id).toSorted()).toEqual(truth.map((line) => line.id).toSorted());
    const zone = { Prefer: 'outlook.timezone="Europe/Berlin"' };
    const view = await iterate(
      client,
      `/users/${user.id}/calendarView?startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z&$top=20`,
      zone,
    );
    expect(view.items.length).toBeGreaterThan(5);
    expect(new Set(view.items.map((event) => event.start.timeZone))).toEqual(new Set(['Europe/Berlin']));
    const series = events.items.find((event) => event.type === 'seriesMaster');
    if (series) {
      const range = 'startDateTime=2025-01-01T00:00:00Z&endDateTime=2027-12-31T00:00:00Z';
      expect((await client.api(`/users/${user.id}/events/${series.id}/instances?${range}`).get()).value.length).toBeGreaterThan(0);
    }
  });

  test('gets errors as its own GraphError, and repeats by itself after 429 and 503', async () => {
    const lost = await client
      .api('/users/8d4a2b5e-0000-4000-8000-000000000000')
      .get()
      .then(
        () => undefined,
        (error: GraphError) => error,
      );
    expect([lost?.statusCode, lost?.code]).toEqual([404, 'Request_ResourceNotFound']);
    for (const status of [429, 503]) {
      await emulator.control('POST', '/faults', { match: { path: '/mailFolders/drafts' }, answer: { status, retryAfter: 1 }, count: 1 });
      expect((await client.api(`/users/${user.id}/mailFolders/drafts`).get()).displayName).toBe('Drafts');
    }
  });
});

describe('MSAL for Node, unpatched', () => {
  const application = (secret: string) =>
    new ConfidentialClientApplication({
      auth: {
        clientId: emulator.clientId,
        clientSecret: secret,
        authority: `${emulator.url}/${emulator.tenantId}`,
        knownAuthorities: [`localhost:${emulator.port}`],
      },
    });

  test('gets a token, keeps it, and reads with it', async () => {
    const app = application(emulator.secret);
    const scopes = ['https://graph.microsoft.com/.default'];
    const token = await app.acquireTokenByClientCredential({ scopes });
    expect([token?.tokenType, token?.fromCache]).toEqual(['Bearer', false]);
    expect((await app.acquireTokenByClientCredential({ scopes }))?.fromCache).toBe(true);
    expect((await emulator.get('/domains', { token: token!.accessToken })).status).toBe(200);
  });

  test("names Entra's code when the secret is wrong", async () => {
    const refused = application('wrong').acquireTokenByClientCredential({ scopes: ['https://graph.microsoft.com/.default'] });
    await expect(refused).rejects.toMatchObject({ errorCode: 'invalid_client', errorMessage: expect.stringContaining('AADSTS7000215') });
  });

  test('trusts the emulator by NODE_EXTRA_CA_CERTS, as the README says', async () => {
    const script = resolve(import.meta.dirname, 'print-user-count.ts');
    const { url, tenantId, clientId, secret } = emulator;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: emulator.caFile, EMULATOR: JSON.stringify({ url, tenantId, clientId, secret }) };
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
    expect(Number(stdout)).toBe((await emulator.control('GET', '/users')).body.users.length);
  });
});
