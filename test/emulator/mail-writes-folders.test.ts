import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll } from './support.ts';
import { IMMUTABLE, startWriter, type Writer } from './write-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('writing mail folders', () => {
  let client: Writer;
  let me: string;
  const dataDir = temporaryFolder();

  beforeAll(async () => {
    client = await startWriter({ dataDir });
    me = `/users/${client.people[0].id}`;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const make = (displayName: string, parent?: string, more: object = {}) =>
    client.write('POST', parent === undefined ? `${me}/mailFolders` : `${me}/mailFolders/${parent}/childFolders`, { displayName, ...more });
  const made = async (displayName: string, parent?: string) => (await make(displayName, parent)).body.id as string;
  const codeOf = async (reply: Promise<{ status: number; body: any }>) => {
    const { status, body } = await reply;
    return [status, body.error?.code];
  };

  test('a folder comes, is renamed, moves and goes; its delta tells each', async () => {
    let { deltaLink } = await readAll(client, `${me}/mailFolders/delta`);
    const told = async () => {
      const round = await readAll(client, deltaLink);
      ({ deltaLink } = round);
      return round.value;
    };
    const created = await make('Ventures');
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ displayName: 'Ventures', childFolderCount: 0, totalItemCount: 0, isHidden: false });
    const { id } = created.body;
    expect((await told()).map((folder) => folder.id)).toContain(id);
    const renamed = await client.write('PATCH', `${me}/mailFolders/${id}`, { displayName: 'Ventures 2026' });
    expect([renamed.status, renamed.body.displayName, renamed.body.id]).toEqual([200, 'Ventures 2026', id]);
    expect((await told()).find((folder) => folder.id === id).displayName).toBe('Ventures 2026');
    const moved = await client.write('POST', `${me}/mailFolders/${id}/move`, { destinationId: 'archive' });
    expect([moved.status, moved.body.id]).toEqual([200, id]);
    expect((await told()).find((folder) => folder.id === id).parentFolderId).toBe(moved.body.parentFolderId);
    expect((await client.write('DELETE', `${me}/mailFolders/${id}`)).status).toBe(204);
    const trash = (await client.get(`${me}/mailFolders/deleteditems`)).body.id as string;
    expect((await told()).find((folder) => folder.id === id).parentFolderId).toBe(trash);
    expect((await client.write('DELETE', `${me}/mailFolders/${id}`)).status).toBe(204);
    expect((await told()).find((folder) => folder.id === id)['@removed']).toEqual({ reason: 'deleted' });
  });

  test('a copy takes messages and folders along', async () => {
    const id = await made('Source');
    const child = await made('Inner', id);
    await client.write('POST', `${me}/mailFolders/${child}/messages`, { subject: 'In the inner one' });
    const copied = await client.write('POST', `${me}/mailFolders/${id}/copy`, { destinationId: 'archive' });
    expect(copied.status).toBe(200);
    const { value } = await readAll(client, `${me}/mailFolders/${copied.body.id}/childFolders`);
    expect(value).toMatchObject([{ displayName: 'Inner', totalItemCount: 1 }]);
  });

  test('names are taken once among neighbours; cycles and well-known folders are refused', async () => {
    const id = await made('Once');
    const child = await made('Child', id);
    expect(await codeOf(make('once'))).toEqual([409, 'ErrorFolderExists']);
    expect(await codeOf(client.write('PATCH', `${me}/mailFolders/${child}`, { displayName: 'Child' }))).toEqual([200, undefined]);
    const move = (folder: string, destinationId: string) => client.write('POST', `${me}/mailFolders/${folder}/move`, { destinationId });
    expect(await codeOf(move(id, child))).toEqual([400, 'ErrorMoveCopyFailed']);
    expect(await codeOf(move(id, id))).toEqual([400, 'ErrorMoveCopyFailed']);
    expect(await codeOf(move('inbox', id))).toEqual([400, 'ErrorMoveDistinguishedFolder']);
    expect(await codeOf(client.write('DELETE', `${me}/mailFolders/inbox`))).toEqual([400, 'ErrorDeleteDistinguishedFolder']);
    expect(await codeOf(client.write('PATCH', `${me}/mailFolders/inbox`, { displayName: 'Mine' }))).toEqual([
      400,
      'ErrorFolderSavePropertyError',
    ]);
    expect(await codeOf(make(''))).toEqual([400, 'ErrorInvalidRequest']);
    expect(await codeOf(make('x', undefined, { colour: 'red' }))).toEqual([400, 'RequestBodyRead']);
    expect(await codeOf(move(id, 'nowhere'))).toEqual([400, 'ErrorInvalidIdMalformed']);
  });

  test('a search folder counts what its filter finds, in nested folders too', async () => {
    const source = (await make('Counted', 'inbox')).body;
    const nested = (await make('Nested', source.id)).body;
    for (const [folder, subject] of [
      [source, 'weekly one'],
      [source, 'other'],
      [nested, 'weekly two'],
    ] as const) {
      await client.write('POST', `${me}/mailFolders/${folder.id}/messages`, { subject });
    }
    const first = (await client.get(`${me}/mailFolders/${source.id}/messages?$filter=subject eq 'weekly one'`)).body.value[0];
    await client.write('PATCH', `${me}/messages/${first.id}`, { isRead: false });
    const type = '#microsoft.graph.mailSearchFolder';
    for (const includeNestedFolders of [false, true]) {
      const search = {
        '@odata.type': type,
        includeNestedFolders,
        sourceFolderIds: [source.id],
        filterQuery: "contains(subject, 'weekly')",
      };
      const { id } = (await make(`Weekly ${includeNestedFolders}`, 'searchfolders', search)).body;
      const found = (await client.get(`${me}/mailFolders/${id}/messages`)).body.value;
      const folder = (await client.get(`${me}/mailFolders/${id}`)).body;
      expect(found).toHaveLength(includeNestedFolders ? 2 : 1);
      expect(folder.totalItemCount).toBe(found.length);
      expect(folder.unreadItemCount).toBe(found.filter((message: any) => !message.isRead).length);
    }
  });

  test('a search folder shows what its filter finds and takes nothing', async () => {
    const inbox = (await client.get(`${me}/mailFolders/inbox`)).body.id as string;
    const search = {
      '@odata.type': 'microsoft.graph.mailSearchFolder',
      sourceFolderIds: [inbox],
      includeNestedFolders: true,
      filterQuery: "contains(subject, 'digest')",
    };
    const reply = await make('Digests', 'inbox', search);
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      '@odata.type': '#microsoft.graph.mailSearchFolder',
      isSupported: true,
      includeNestedFolders: true,
      sourceFolderIds: [inbox],
    });
    await client.write('POST', `${me}/mailFolders/inbox/messages`, { subject: 'Weekly digest' });
    const { value } = await readAll(client, `${me}/mailFolders/${reply.body.id}/messages`);
    expect(value.map(({ subject }) => subject)).toEqual(['Weekly digest']);
    expect(await codeOf(client.write('POST', `${me}/mailFolders/${reply.body.id}/messages`, { subject: 'x' }))).toEqual([
      400,
      'ErrorInvalidFolderTypeForOperation',
    ]);
    const changed = await client.write('PATCH', `${me}/mailFolders/${reply.body.id}`, { filterQuery: "subject eq 'none'" });
    expect(changed.body.filterQuery).toBe("subject eq 'none'");
    expect(await codeOf(make('Bad', 'inbox', { ...search, filterQuery: 'nonsense' }))).toEqual([400, 'RequestBroker--ParseUri']);
  });

  test('a stop and a new start on the same data folder change nothing', async () => {
    const id = await made('Kept');
    const fields = {
      subject: 'Kept too',
      body: { contentType: 'html', content: '<p>ü</p>' },
      flag: { flagStatus: 'complete' },
      inferenceClassification: 'other',
    };
    const draft = (await client.write('POST', `${me}/mailFolders/${id}/messages`, fields, { prefer: IMMUTABLE })).body;
    const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentBytes: 'YWJj' };
    await client.write('POST', `${me}/messages/${draft.id}/attachments`, file);
    const link = (await readAll(client, `${me}/mailFolders/${id}/messages/delta`)).deltaLink;
    const before = (await client.get(`${me}/messages/${draft.id}?$expand=attachments`)).body;
    await client.stop();
    client = await startWriter({ dataDir });
    const after = (await client.get(`${me}/messages/${draft.id}?$expand=attachments`)).body;
    expect({ ...after, '@odata.context': '' }).toEqual({ ...before, '@odata.context': '' });
    const moved = `${client.url}${link.slice(link.indexOf('/v1.0'))}`;
    expect((await readAll(client, moved)).value).toEqual([]);
    await client.write('PATCH', `${me}/messages/${draft.id}`, { isRead: false });
    expect((await readAll(client, moved)).value).toMatchObject([{ id: draft.id, isRead: false, flag: { flagStatus: 'complete' } }]);
  });
});
