import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, readMailbox, readTruth, startEmulator, type TestEmulator } from './support.ts';

describe('a reader who follows the documented calls', () => {
  let client: TestEmulator;
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 12, messagesPerMailbox: 60 } });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('finds every item of the ground truth, and nothing else', async () => {
    const users = (await readAll(client, '/users?$select=id,mail&$top=5')).value;
    const { mailboxes } = (await client.control('GET', '/truth/mailboxes')).body;
    const withMailbox = new Set(mailboxes.filter((entry: any) => entry.hasMailbox).map((entry: any) => entry.mailboxId));
    const found = new Map<string, any>();
    for (const user of users.filter((entry) => withMailbox.has(entry.id)))
      for (const [id, item] of await readMailbox(client, user)) found.set(id, item);
    const truth = await readTruth(client);
    expect(withMailbox.size).toBe(12);
    expect(truth.length).toBeGreaterThan(600);
    expect(truth.filter((line) => !found.has(line.id))).toEqual([]);
    expect(found.size).toBe(truth.length);
    for (const line of truth) {
      const item = found.get(line.id);
      expect(item.subject ?? item.name).toBe(line.subject);
      if (line.kind === 'message')
        expect([item.isRead, item.changeKey, item.parentFolderId]).toEqual([line.isRead, line.changeKey, line.folderId]);
      if (line.sha256) expect(createHash('sha256').update(Buffer.from(item.contentBytes, 'base64')).digest('hex')).toBe(line.sha256);
    }
  });

  test('gets the same bytes from the same seed', async () => {
    const other = await startEmulator({ seed: { mailboxes: 12, messagesPerMailbox: 60 } });
    expect(await readTruth(other)).toEqual(await readTruth(client));
    await other.stop();
  });

  test('counts what it read, by $count and by $count=true', async () => {
    const [user] = (await readAll(client, '/users?$top=1')).value;
    const { value } = await readAll(client, `/users/${user.id}/mailFolders/inbox/messages/delta?$select=subject`);
    expect((await client.get(`/users/${user.id}/mailFolders/inbox/messages/$count`)).body).toBe(String(value.length));
    const listed = await readAll(client, `/users/${user.id}/mailFolders/inbox/messages?$top=7&$count=true`);
    expect(listed.value.map((message) => message.id).toSorted()).toEqual(value.map((message) => message.id).toSorted());
    const dates = listed.value.map((message) => message.receivedDateTime);
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  test('reads attachments whole, by value and as a list without bytes', async () => {
    const truth = await readTruth(client);
    const file = truth.find((line) => line.kind === 'attachment' && line.sha256);
    const base = `/users/${file.mailboxId}/messages/${file.parentId}/attachments`;
    const value = await client.get(`${base}/${file.id}/$value`);
    expect(createHash('sha256').update(value.bytes).digest('hex')).toBe(file.sha256);
    const cheap = await client.get(`${base}?$select=id,name,contentType,size,isInline`);
    expect(Object.keys(cheap.body.value[0])).not.toContain('contentBytes');
    const attached = truth.find((line) => line.kind === 'attachment' && line.sha256 === undefined);
    const mime = await client.get(`/users/${attached.mailboxId}/messages/${attached.parentId}/attachments/${attached.id}/$value`);
    expect(mime.body).toContain('MIME-Version: 1.0');
    const expanded = await client.get(
      `/users/${attached.mailboxId}/messages/${attached.parentId}/attachments/${attached.id}?$expand=microsoft.graph.itemattachment/item`,
    );
    expect(expanded.body.item['@odata.type']).toBe('#microsoft.graph.message');
  });

  test('meets the errors of users who have no mailbox', async () => {
    const users = (await client.control('GET', '/users')).body.users as { id: string; class: string; mail: string | null }[];
    const answers = await Promise.all(
      users.filter((user) => !['user', 'shared', 'room'].includes(user.class)).map((user) => client.get(`/users/${user.id}/mailFolders`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
    expect(new Set(answers.map((answer) => answer.body.error.code))).toEqual(new Set(['ResourceNotFound', 'MailboxNotEnabledForRESTAPI']));
    expect((await client.get('/users/nobody@contoso.example/mailFolders')).body.error.code).toBe('ErrorInvalidUser');
    expect((await client.get('/users/8d4a2b5e-0000-4000-8000-000000000000')).body.error.code).toBe('Request_ResourceNotFound');
  });
});
