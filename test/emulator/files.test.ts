import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quickXorHash } from '../../emulator/files/quick-xor-hash.ts';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const ROLES = ['Files.ReadWrite.All', 'Sites.ReadWrite.All', 'User.Read.All'];
const SEED = { mailboxes: 6, messagesPerMailbox: 5 };

let client: TestEmulator;
let user: { id: string; upn: string };
let drive: string;

async function start(dataDir?: string): Promise<TestEmulator> {
  const started = await startEmulator({ seed: SEED, ...(dataDir === undefined ? {} : { dataDir }) });
  await started.control('PATCH', `/apps/${started.clientId}`, { roles: ROLES });
  return started;
}

const add = async (fields: object) => (await client.control('POST', `/drives/${user.id}/items`, fields)).body;

beforeAll(async () => {
  client = await start();
  user = client.emulator.world.users().find((known) => known.class === 'user')!;
  drive = (await client.get(`/users/${user.id}/drive`)).body.id;
});

afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

describe('drives', () => {
  test('are found by their owner and by their id, in every spelling', async () => {
    for (const path of [`/users/${user.upn}/drive`, `/users('${user.id}')/drive`, `/drives/${drive}`, `/users/${user.id}/drives/${drive}`])
      expect((await client.get(path)).body).toMatchObject({ id: drive, driveType: 'business', owner: { user: { id: user.id } } });
    expect((await client.get(`/users/${user.id}/drives`)).body.value).toHaveLength(1);
    const token = await client.personToken(user.id, ['Files.Read']);
    expect((await client.get('/me/drive', { token })).body.id).toBe(drive);
    expect((await client.get('/sites/root/drive')).body).toMatchObject({ driveType: 'documentLibrary' });
  });

  test('of people without OneDrive are not found, and without permission are refused as SharePoint refuses', async () => {
    const without = client.emulator.world.users().find((known) => known.class !== 'user' && known.class !== 'onPremises')!;
    expect(await client.get(`/users/${without.id}/drive`)).toMatchObject({
      status: 404,
      body: { error: { message: "User's mysite not found." } },
    });
    expect((await client.get(`/drives/${drive}x`)).body.error.code).toBe('invalidRequest');
    expect(await client.get(`/drives/${drive}/items/01NOPE`)).toMatchObject({ status: 404, body: { error: { code: 'itemNotFound' } } });
    const token = await client.personToken(user.id, ['Mail.Read']);
    expect(await client.get(`/drives/${drive}/root`, { token })).toMatchObject({ status: 403, body: { error: { code: 'accessDenied' } } });
  });

  test('hold the same items whichever way one goes', async () => {
    const documents = (await client.get(`/drives/${drive}/root:/Documents`)).body;
    for (const path of ['/special/documents', `/items/${documents.id}`, '/items/root:/documents', '/root:/Documents:'])
      expect((await client.get(`/drives/${drive}${path}`)).body.id).toBe(documents.id);
    const inside = async (path: string) => (await client.get(`/drives/${drive}${path}`)).body.value.map((item: any) => item.id);
    const children = await inside(`/items/${documents.id}/children`);
    expect(children.length).toBeGreaterThan(1);
    for (const path of ['/root:/Documents:/children', '/special/documents/children']) expect(await inside(path)).toEqual(children);
    const paged = await readAll(client, `/drives/${drive}/items/${documents.id}/children?$top=1`);
    expect(paged.value.map((item) => item.id)).toEqual(children);
    expect(documents.folder.childCount).toBe(children.length);
    const selected = (await client.get(`/drives/${drive}/root/children?$select=id,name&$orderby=name desc`)).body.value;
    expect(Object.keys(selected[0])).not.toContain('size');
    for (const order of ['constructor', '__proto__'])
      expect((await client.get(`/drives/${drive}/root/children?$orderby=${order}`)).status).toBe(400);
  });

  test('list all their items only with a filter, which chooses nothing', async () => {
    const refused = await client.get(`/drives/${drive}/items`);
    expect([refused.status, refused.body.error]).toEqual([
      400,
      expect.objectContaining({ code: 'invalidRequest', message: "The 'filter' query option must be provided." }),
    ]);
    const listed = (await readAll(client, `/drives/${drive}/items?$filter=id eq 'x'&$top=5`)).value.map((item) => item.id);
    const told = (await readAll(client, `/drives/${drive}/root/delta`)).value.filter((item) => !item.root).map((item) => item.id);
    expect(listed.toSorted()).toEqual([...new Set(told)].toSorted());
  });

  test('give a file’s bytes by a link that needs no token, in parts too', async () => {
    const { id } = await add({ path: 'Parts/ä b#c.txt', content: '0123456789' });
    for (const path of [`/items/${id}/content`, '/root:/Parts/%C3%A4%20b%23c.txt:/content']) {
      const redirect = await client.get(`/drives/${drive}${path}`);
      expect(redirect.status).toBe(302);
      const whole = await client.get(String(redirect.headers['location']), { token: null });
      expect([whole.status, whole.bytes.toString()]).toEqual([200, '0123456789']);
    }
    const item = (await client.get(`/drives/${drive}/items/${id}`)).body;
    expect(item).toMatchObject({
      name: 'ä b#c.txt',
      size: 10,
      file: { mimeType: 'text/plain', hashes: { quickXorHash: quickXorHash(Buffer.from('0123456789')) } },
    });
    const url = item['@microsoft.graph.downloadUrl'];
    const part = async (range: string) => client.get(url, { token: null, headers: { range } });
    expect(await part('bytes=2-4')).toMatchObject({ status: 206, body: '234', headers: { 'content-range': 'bytes 2-4/10' } });
    expect((await part('bytes=-3')).body).toBe('789');
    expect((await part('bytes=8-')).body).toBe('89');
    expect(await part('bytes=10-')).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
    expect((await client.get(`${url}x`, { token: null })).status).toBe(401);
    await client.control('POST', '/clock', { advanceMs: 2 * 3_600_000 });
    expect((await part('bytes=0-1')).status).toBe(401);
    await client.control('POST', '/clock', { offsetMs: 0 });
  });

  test('keep versions, convert to PDF, show thumbnails and say who may see what', async () => {
    const { id } = await add({ path: 'Contoso Project/Plan.txt', content: 'First' });
    await client.control('PATCH', `/drives/${user.id}/items/${id}`, { content: 'Second words' });
    const versions = (await client.get(`/drives/${drive}/items/${id}/versions`)).body.value;
    expect(versions.map((version: any) => [version.id, version.size])).toEqual([
      ['2.0', 12],
      ['1.0', 5],
    ]);
    const follow = async (path: string) =>
      client.get(String((await client.get(`/drives/${drive}/items/${id}${path}`)).headers['location']), { token: null });
    expect((await follow('/versions/1.0/content')).body).toBe('First');
    expect((await follow('/content')).body).toBe('Second words');
    expect((await follow('/content?format=pdf')).bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await client.get(`/drives/${drive}/items/${id}/content?format=odt`)).status).toBe(406);
    expect((await follow('/thumbnails/0/small/content')).headers['content-type']).toBe('image/png');
    expect((await client.get(`/drives/${drive}/items/${id}/thumbnails?select=c300x400_crop,large`)).body.value[0]).toMatchObject({
      ...{ id: '0', c300x400_crop: { width: 300, height: 400 }, large: { width: 800 } },
    });
    const permissions = (await client.get(`/drives/${drive}/items/${id}/permissions`)).body.value;
    expect(permissions.map((permission: any) => permission.roles[0])).toEqual(['owner', 'write', 'write', 'write']);
    expect(permissions.every((permission: any) => permission.inheritedFrom)).toBe(true);
    expect((await client.get(`/drives/${drive}/items/${id}/listItem?$expand=fields`)).body.fields.FileLeafRef).toBe('Plan.txt');
    const link = permissions.find((permission: any) => permission.link).link.webUrl;
    const shared = (await client.get(`/shares/u!${Buffer.from(link).toString('base64url')}/driveItem/children`)).body.value;
    expect(shared.map((item: any) => item.id)).toContain(id);
  });
});

describe('delta of a drive', () => {
  const path = () => `/drives/${drive}/root/delta`;

  test('tells all, then what changed: new, renamed, moved and deleted, the whole tree of a folder with it', async () => {
    const first = await readAll(client, `${path()}?$top=3`);
    expect(first.value[0].root).toBeDefined();
    expect(new Set(first.value.map((item) => item.id)).size).toBe(first.value.length);
    const { items } = (await client.control('GET', `/drives/${user.id}/items`)).body;
    expect(first.value.length).toBe(items.length + 1);
    expect((await client.get(first.deltaLink)).body.value).toEqual([]);
    const file = await add({ path: 'Away/deep/x.txt', content: 'x' });
    const second = await readAll(client, first.deltaLink);
    expect(second.value.map((item) => item.name)).toEqual(['Away', 'deep', 'x.txt']);
    await client.control('PATCH', `/drives/${user.id}/items/${file.id}`, { name: 'y.txt', parent: 'Documents' });
    const third = await readAll(client, second.deltaLink);
    expect(third.value).toMatchObject([{ id: file.id, name: 'y.txt', parentReference: { name: 'Documents' } }]);
    const away = second.value.find((item) => item.name === 'Away');
    await client.control('DELETE', `/drives/${user.id}/items/${away.id}`);
    const fourth = await readAll(client, third.deltaLink);
    expect(fourth.value.map((item) => [item.deleted?.state, item.name])).toEqual([
      ['deleted', undefined],
      ['deleted', undefined],
    ]);
    expect((await readAll(client, path())).value.some((item) => item.deleted)).toBe(false);
  });

  test('starts from now with latest, from a time with a timestamp, and takes its token in both places', async () => {
    const latest = (await client.get(`${path()}?token=latest`)).body;
    expect(latest.value).toEqual([]);
    const before = new Date(client.emulator.world.clock.nowMs() - 1).toISOString();
    const { id } = await add({ path: 'now.txt', content: 'now' });
    expect((await client.get(latest['@odata.deltaLink'])).body.value.map((item: any) => item.id)).toEqual([id]);
    const token = new URL(latest['@odata.deltaLink']).searchParams.get('token')!;
    expect((await client.get(`${path()}(token='${token}')`)).body.value).toHaveLength(1);
    const since = (await client.get(`${path()}?token=${encodeURIComponent(before)}`)).body.value;
    expect(since.map((item: any) => item.id)).toContain(id);
    expect(since.filter((item: any) => item.name === 'Documents')).toEqual([]);
  });

  test('answers 410 with where to begin again when its links were let expire', async () => {
    const { deltaLink } = await readAll(client, path());
    await client.control('POST', `/drives/${user.id}/expire`, { code: 'resyncChangesUploadDifferences' });
    const gone = await client.get(deltaLink);
    expect(gone).toMatchObject({ status: 410, body: { error: { code: 'resyncChangesUploadDifferences' } } });
    const again = await readAll(client, String(gone.headers['location']));
    expect((await client.get(again.deltaLink)).status).toBe(200);
    expect((await client.get(`${path()}?token=garbage`)).status).toBe(400);
  });
});

test('changes of files survive a restart, with their ids and links', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
  const first = await start(dataDir);
  const { id: owner } = first.emulator.world.users().find((known) => known.class === 'user')!;
  const { deltaLink } = await readAll(first, `/users/${owner}/drive/root/delta`);
  const made = (await first.control('POST', `/drives/${owner}/items`, { path: 'kept.txt', content: 'kept' })).body;
  await first.stop();
  const second = await start(dataDir);
  const link = `/users/${owner}/drive/root/delta${new URL(deltaLink).search}`;
  expect((await readAll(second, link)).value).toMatchObject([{ id: made.id, name: 'kept.txt', size: 4 }]);
  expect([...first.failures, ...second.failures]).toEqual([]);
  await second.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('quickXorHash is what Microsoft’s own code gives', () => {
  expect(quickXorHash(Buffer.alloc(0))).toBe('AAAAAAAAAAAAAAAAAAAAAAAAAAA=');
  expect(quickXorHash(Buffer.from('J'))).toBe('SgAAAAAAAAAAAAAAAQAAAAAAAAA=');
});
