import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAll, readTruth, startEmulator, type TestEmulator } from './support.ts';

describe('a mailbox in trouble', () => {
  let client: TestEmulator;
  let user: string;
  const add = async (fields: object = {}) => (await client.control('POST', `/mailboxes/${user}/messages`, fields)).body.id as string;
  const mark = (id: string, body: object) => client.control('POST', `/mailboxes/${user}/messages/${id}/fault`, body);
  const code = async (path: string) => {
    const { status, body } = await client.get(path);
    return [status, body.error?.code];
  };

  beforeEach(async () => {
    client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 60 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterEach(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('that is full refuses delta and answers plain reads', async () => {
    await client.control('PATCH', `/mailboxes/${user}`, { overQuota: true });
    expect(await code(`/users/${user}/mailFolders/inbox/messages/delta`)).toEqual([403, 'ErrorQuotaExceeded']);
    expect(await code(`/users/${user}/mailFolders/delta`)).toEqual([403, 'ErrorQuotaExceeded']);
    expect(await code(`/users/${user}/mailFolders/inbox/messages`)).toEqual([200, undefined]);
    await client.control('PATCH', `/mailboxes/${user}`, { overQuota: false });
    expect(await code(`/users/${user}/mailFolders/delta`)).toEqual([200, undefined]);
  });

  test('may be in another language, in which its well-known folders keep their ids', async () => {
    const path = `/users/${user}/mailFolders/deleteditems`;
    const before = (await client.get(path)).body;
    await client.control('PATCH', `/mailboxes/${user}/folders/deleteditems`, { displayName: 'Gelöschte Elemente' });
    expect((await client.get(path)).body).toMatchObject({ id: before.id, displayName: 'Gelöschte Elemente' });
    const moved = await client.control('PATCH', `/mailboxes/${user}/folders/deleteditems`, { parent: 'inbox' });
    expect(moved.status).toBe(400);
  });

  test('keeps what was purged in Recoverable Items, beside the tree', async () => {
    const folder = 'recoverableitemsdeletions';
    const id = await add({ folder, subject: 'Purged' });
    const listed = await readAll(client, `/users/${user}/mailFolders/${folder}/messages`);
    expect(listed.value.map((message) => message['subject'])).toContain('Purged');
    expect((await readTruth(client)).some((item) => item['id'] === id)).toBe(false);
  });

  test('that nobody ever used does not exist for Graph', async () => {
    await client.control('PATCH', `/mailboxes/${user}`, { neverStarted: true });
    expect(await code(`/users/${user}/mailFolders`)).toEqual([404, 'ErrorNonExistentMailbox']);
  });

  test('fails on single items, and on pages that hold a corrupt one', async () => {
    const attachments = [
      { name: 'a.txt', contentBytes: 'aGk=' },
      { name: 'b.txt', contentBytes: 'aGk=' },
    ];
    const [corrupt, mime, ole, gone] = [await add(), await add(), await add({ attachments }), await add()];
    const inbox = `/users/${user}/mailFolders/inbox/messages`;
    const message = (id: string) => `/users/${user}/messages/${id}`;
    await mark(mime, { code: 'ErrorMimeContentConversionFailed' });
    await mark(ole, { code: 'ErrorCannotOpenFileAttachment', attachment: 1 });
    await mark(gone, { code: 'ErrorItemNotFound' });
    expect(await code(`${message(mime)}/$value`)).toEqual([500, 'ErrorMimeContentConversionFailed']);
    expect(await code(message(mime))).toEqual([200, undefined]);
    expect(await code(`${message(ole)}/attachments`)).toEqual([500, 'ErrorCannotOpenFileAttachment']);
    expect(await code(message(gone))).toEqual([404, 'ErrorItemNotFound']);
    expect((await readAll(client, `${inbox}/delta?$select=id`)).value.map(({ id }) => id)).toContain(gone);
    await mark(corrupt, { code: 'ErrorCorruptData' });
    expect(await code(message(corrupt))).toEqual([500, 'ErrorCorruptData']);
    expect(await code(`${inbox}?$top=50`)).toEqual([500, 'ErrorCorruptData']);
    expect(await code(`${inbox}/delta`)).toEqual([500, 'ErrorCorruptData']);
    expect(await code(`${inbox}?$top=50&$select=id,subject`)).toEqual([200, undefined]);
    await client.control('POST', '/faults', { match: {}, answer: { quirk: 'cutJson200' } });
    for (const path of [`${inbox}?$top=50`, `${inbox}/delta`]) {
      const cut = await client.get(path);
      expect([cut.status, String(cut.body)]).toEqual([200, expect.stringMatching(/"value":\[$/)]);
    }
    await mark(corrupt, { code: null });
    expect(await code(`${inbox}?$top=50`)).toEqual([200, undefined]);
  });

  test('with an in-place archive: read by its own id, other ids after a move, apart in truth and limits', async () => {
    const settings = () => client.get(`${client.url}/beta/users/${user}/settings/exchange`);
    await client.control('PATCH', `/mailboxes/${user}`, { archive: false });
    expect((await settings()).body.inPlaceArchiveMailboxId).toBeNull();
    await client.control('PATCH', `/mailboxes/${user}`, { archive: true });
    const { primaryMailboxId, inPlaceArchiveMailboxId: archive } = (await settings()).body;
    expect(Object.keys((await client.get(`/users/${user}/settings/exchange`)).body)).not.toContain('inPlaceArchiveMailboxId');
    expect((await client.get(`/users/${primaryMailboxId}/mailFolders/inbox`)).body.displayName).toBe('Inbox');
    const id = await add({ subject: 'Old', attachments: [{ name: 'a.txt', contentBytes: 'aGk=' }] });
    const moved = (await client.control('POST', `/mailboxes/${user}/messages/${id}/archive`, {})).body;
    expect(moved.id).not.toBe(id);
    expect(await code(`/users/${user}/messages/${id}`)).toEqual([404, 'ErrorItemNotFound']);
    const found = await readAll(client, `/users/${archive}/mailFolders/deleteditems/messages/delta?$select=subject`);
    expect(found.value).toMatchObject([{ id: moved.id, subject: 'Old' }]);
    expect((await readAll(client, found.deltaLink)).value).toEqual([]);
    expect((await client.get(`/users/${archive}/messages/${moved.id}?$expand=attachments`)).body.attachments).toHaveLength(1);
    const lines = async (query: string) => (await readTruth(client, `?mailbox=${user}${query}`)).some((line) => line.id === moved.id);
    expect([await lines(''), await lines('&archive=true')]).toEqual([false, true]);
    const use = (await client.control('GET', '/stats')).body.mailboxes.map(({ mailboxId }: any) => mailboxId);
    expect(use).toEqual(expect.arrayContaining([user, archive]));
  });
});
