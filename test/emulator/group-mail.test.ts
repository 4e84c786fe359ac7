import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { startEmulator } from './support.ts';
import { startWriter, type Writer } from './write-client.ts';

const GROUP = '4d81ce71-486c-41e9-afc5-e41bf2d0722a';

describe('mail of groups', () => {
  let client: Writer;
  let made: any;

  beforeAll(async () => {
    client = await startWriter();
    const from = { name: 'Ask HR', address: 'hr@contoso.example' };
    const attachments = [{ name: 'a.txt', contentType: 'text/plain', contentBytes: Buffer.from('abc').toString('base64') }];
    const reply = await client.control('POST', `/groups/${GROUP}/conversations`, {
      topic: 'Holidays',
      posts: [
        { from, body: { contentType: 'html', content: '<p>Who <b>goes</b>?</p>' }, receivedDateTime: '2026-01-05T08:00:00Z' },
        { from: { name: 'Ann', address: 'ann@contoso.example' }, body: 'Me', receivedDateTime: '2026-01-06T08:00:00Z', attachments },
      ],
    });
    made = reply.body;
    await client.control('POST', `/groups/${GROUP}/conversations`, {
      topic: 'Newer',
      posts: [{ from, receivedDateTime: '2026-02-01T08:00:00Z' }],
    });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const get = async (path: string) => (await client.get(`/groups/${GROUP}${path}`)).body;

  test('conversations, threads and posts are read by an app, newest conversation first', async () => {
    const { value } = await get('/conversations');
    expect(value.map(({ topic }: any) => topic)).toEqual(['Newer', 'Holidays']);
    expect(value[1]).toMatchObject({
      id: made.id,
      hasAttachments: true,
      uniqueSenders: ['Ann', 'Ask HR'],
      lastDeliveredDateTime: '2026-01-06T08:00:00Z',
    });
    const threads = (await get(`/conversations/${made.id}/threads`)).value;
    expect(threads).toMatchObject([{ id: made.threads[0].id, topic: 'Holidays', isLocked: false, preview: 'Me' }]);
    expect((await get('/threads?$top=1'))['@odata.nextLink']).toContain('$skip=1');
    const posts = (await get(`/threads/${threads[0].id}/posts`)).value;
    expect(posts).toMatchObject([
      { from: { emailAddress: { name: 'Ask HR' } }, hasAttachments: false, body: { contentType: 'html' } },
      { from: { emailAddress: { name: 'Ann' } }, hasAttachments: true },
    ]);
    const path = `/conversations/${made.id}/threads/${threads[0].id}/posts/${posts[0].id}?$select=body`;
    const text = await client.get(`/groups/${GROUP}${path}`, { prefer: 'outlook.body-content-type="text"' });
    expect(text.body.body).toEqual({ contentType: 'text', content: 'Who goes?' });
  });

  test('attachments of posts are for people only', async () => {
    const [thread] = made.threads;
    const path = `/groups/${GROUP}/threads/${thread.id}/posts/${thread.posts[1]}/attachments`;
    const refused = await client.get(path);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'ErrorAccessDenied']);
    const token = await client.personToken(client.people[0].id, ['Group.Read.All']);
    const { value } = (await client.get(path, { token })).body;
    expect(value).toMatchObject([{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentBytes: 'YWJj' }]);
    expect((await client.get(`${path}/${value[0].id}`, { token })).body.name).toBe('a.txt');
    expect((await client.get(`${path}/${value[0].id}/$value`, { token })).body).toBe('abc');
    expect((await client.get(`${path}/$count`, { token })).body).toBe('1');
  });

  test('organisation.json may hold conversations', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trawl-group-mail-'));
    const organisation = {
      version: 1,
      tenant: { name: 'Fabrikam', domains: ['fabrikam.example'] },
      users: [{ upn: 'ann@fabrikam.example' }],
      groupConversations: [
        { group: GROUP, topic: 'From the file', posts: [{ from: { name: 'Ann', address: 'ann@fabrikam.example' }, body: 'Hi' }] },
      ],
    };
    writeFileSync(join(folder, 'organisation.json'), JSON.stringify(organisation));
    const other = await startEmulator({ organisation: await loadOrganisation(folder) });
    const { value } = (await other.get(`/groups/${GROUP}/threads`)).body;
    expect(value).toMatchObject([{ topic: 'From the file', preview: 'Hi' }]);
    await other.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what is not there is refused', async () => {
    expect((await client.get('/groups/00000000-0000-0000-0000-000000000001/conversations')).body.error.code).toBe(
      'Request_ResourceNotFound',
    );
    expect((await client.get(`/groups/${GROUP}/threads/x`)).body.error.code).toBe('ErrorInvalidIdMalformed');
    expect((await client.get(`/groups/${GROUP}/conversations/${made.threads[0].id}`)).status).toBe(400);
    const bare = await client.personToken(client.people[0].id, ['User.Read']);
    expect((await client.get(`/groups/${GROUP}/conversations`, { token: bare })).status).toBe(403);
    expect((await client.control('POST', '/groups/x/conversations', { topic: 'a', posts: [{}] })).status).toBe(400);
    expect((await client.control('POST', `/groups/${GROUP}/conversations`, { topic: 'a' })).status).toBe(400);
  });
});
