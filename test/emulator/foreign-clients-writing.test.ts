import { BatchRequestContent, BatchResponseContent, LargeFileUploadTask, FileUpload, type Client } from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphJavaScriptClient, iterate } from './graph-javascript-client.ts';
import { startEmulator, type TestEmulator } from './support.ts';

let emulator: TestEmulator;
let client: Client;
let user: { id: string; mail: string };

beforeAll(async () => {
  emulator = await startEmulator({ seed: { mailboxes: 8, messagesPerMailbox: 40 } });
  const roles = [
    'Mail.ReadWrite',
    'Mail.Send',
    'Calendars.ReadWrite',
    'User.Read.All',
    'Group.Read.All',
    'GroupMember.Read.All',
    'Directory.Read.All',
  ];
  await emulator.control('PATCH', `/apps/${emulator.clientId}`, { roles });
  client = graphJavaScriptClient(emulator);
  user = (await client.api('/users').select('id,mail').top(1).get()).value[0];
});
afterAll(async () => {
  expect(emulator.failures).toEqual([]);
  await emulator.stop();
});

describe("Microsoft's Graph client for JavaScript, unpatched", () => {
  test('sends twenty requests as one batch and gets each one its own answer', async () => {
    const paths = Array.from({ length: 19 }, (_, index) => `/users/${user.id}/mailFolders/inbox/messages?$top=1&$skip=${index}`);
    const steps = [...paths, '/users/8d4a2b5e-0000-4000-8000-000000000000'].map((path, index) => ({
      id: String(index),
      // 3.0.7 strips the server from a step's address and not the version: github.com/microsoftgraph/msgraph-sdk-javascript/issues/1451.
      request: new Request(`${emulator.url}${path}`, { method: 'GET' }),
    }));
    const content = await new BatchRequestContent(steps).getContent();
    const answers = new BatchResponseContent(await client.api('/$batch').post(content));
    // Answers come in any order.
    expect(steps.map(({ id }) => answers.getResponseById(id).status)).toEqual([...paths.map(() => 200), 404]);
    expect(((await answers.getResponseById('0').json()) as { value: unknown[] }).value).toHaveLength(1);
  });

  test('reads groups, and finds every member of each in the flat list too', async () => {
    const { items: groups } = await iterate(client, '/groups?$select=id,displayName&$top=5');
    expect(groups.length).toBeGreaterThan(0);
    for (const group of groups.slice(0, 8)) {
      const direct = await iterate(client, `/groups/${group.id}/members?$select=id&$top=5`);
      const flat = await iterate(client, `/groups/${group.id}/transitiveMembers?$select=id&$top=5`);
      const known = new Set(flat.items.map((member) => member.id));
      expect(direct.items.filter((member) => !known.has(member.id))).toEqual([]);
    }
  });

  test('writes, changes, moves and deletes a draft, and delta tells each of it', async () => {
    const immutable = { Prefer: 'IdType="ImmutableId"' };
    const folder = `/users/${user.id}/mailFolders/drafts/messages`;
    let { deltaLink } = await iterate(client, `${folder}/delta`, immutable);
    const round = async () => {
      const found = await iterate(client, deltaLink!, immutable);
      deltaLink = found.deltaLink;
      return found.items;
    };
    const body = { contentType: 'Text', content: 'Bitte prüfen.' };
    const toRecipients = [{ emailAddress: { address: user.mail } }];
    const draft = await client.api(`/users/${user.id}/messages`).headers(immutable).post({ subject: 'Entwurf', body, toRecipients });
    expect((await round()).map((item) => item.subject)).toEqual(['Entwurf']);
    await client.api(`/users/${user.id}/messages/${draft.id}`).headers(immutable).patch({ subject: 'Zweiter Entwurf' });
    expect((await round()).map((item) => [item.id, item.subject])).toEqual([[draft.id, 'Zweiter Entwurf']]);
    const moved = await client.api(`/users/${user.id}/messages/${draft.id}/move`).headers(immutable).post({ destinationId: 'archive' });
    expect(moved.id).toBe(draft.id);
    expect((await round()).map((item) => item['@removed']?.reason)).toEqual(['deleted']);
    await client.api(`/users/${user.id}/messages/${draft.id}`).headers(immutable).delete();
    expect((await client.api(`/users/${user.id}/messages/${draft.id}`).headers(immutable).get()).parentFolderId).not.toBe(
      moved.parentFolderId,
    );
  });

  test('uploads a large attachment in slices', async () => {
    const draft = await client
      .api(`/users/${user.id}/messages`)
      .post({ subject: 'With a large file', body: { contentType: 'Text', content: '' } });
    const bytes = Buffer.alloc(4_000_000, 'slice ');
    const item = { AttachmentItem: { attachmentType: 'file', name: 'large.bin', size: bytes.length } };
    const session = await LargeFileUploadTask.createUploadSession(
      client,
      `/users/${user.id}/messages/${draft.id}/attachments/createUploadSession`,
      item,
    );
    const file = new FileUpload(bytes, 'large.bin', bytes.length);
    await new LargeFileUploadTask(client, file, session, { rangeSize: 1_310_720 }).upload();
    const { items } = await iterate(client, `/users/${user.id}/messages/${draft.id}/attachments`);
    expect(Buffer.from(items[0].contentBytes, 'base64').equals(bytes)).toBe(true);
  });

  test('makes an event and finds it in the calendar view', async () => {
    const at = (hour: number) => ({ dateTime: `2026-11-12T${hour}:00:00`, timeZone: 'UTC' });
    const event = await client.api(`/users/${user.id}/events`).post({ subject: 'Made by a client', start: at(10), end: at(11) });
    const view = await iterate(
      client,
      `/users/${user.id}/calendarView?startDateTime=2026-11-12T00:00:00Z&endDateTime=2026-11-13T00:00:00Z`,
    );
    expect(view.items.map((item) => item.id)).toContain(event.id);
  });
});
