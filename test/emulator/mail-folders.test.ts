import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const NAMES = [
  ...[
    'archive',
    'clutter',
    'conflicts',
    'conversationhistory',
    'deleteditems',
    'drafts',
    'inbox',
    'junkemail',
    'localfailures',
    'msgfolderroot',
  ],
  ...['outbox', 'recoverableitemsdeletions', 'scheduled', 'searchfolders', 'sentitems', 'serverfailures', 'syncissues'],
];

describe('mail folders', () => {
  let client: TestEmulator;
  let user: string;
  let root: string;
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 60 } });
    user = client.emulator.world.users()[0]!.id;
    root = `/users/${user}/mailFolders`;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('are found by each well-known name, and beta alone tells that name', async () => {
    for (const name of NAMES) {
      const found = await client.get(`${root}/${name}`);
      expect([name, found.status]).toEqual([name, 200]);
      expect(found.body).not.toHaveProperty('wellKnownName');
    }
    expect((await client.get(`${client.url}/beta${root}/inbox`)).body.wellKnownName).toBe('inbox');
    expect((await client.get(`${root}/inbox?$select=wellKnownName`)).status).toBe(400);
    const kept = (await readAll(client, `${root}/recoverableitemsroot/childFolders`)).value.map(({ displayName }) => displayName);
    expect(kept).toEqual(['Deletions', 'Purges', 'Versions', 'DiscoveryHolds', 'SubstrateHolds', 'Calendar Logging']);
  });

  test('are listed ten by ten, with hidden ones when those are asked for, sorted and expanded', async () => {
    const first = (await client.get(`${root}?includeHiddenFolders=true`, { prefer: '' })).body;
    expect(first.value).toHaveLength(10);
    expect(first['@odata.nextLink']).toContain('%24skip=10'.replace('%24', '$'));
    const all = (await readAll(client, `${root}?includeHiddenFolders=true`)).value;
    expect(all.length).toBeGreaterThan((await readAll(client, root)).value.length);
    const sorted = (await readAll(client, `${root}?$orderby=displayName desc&$select=displayName`)).value.map(
      ({ displayName }) => displayName,
    );
    expect(sorted).toEqual(sorted.toSorted((a: string, b: string) => (a > b ? -1 : 1)));
    const inbox = (await client.get(`${root}/inbox?$expand=childFolders,messages($select=subject;$top=3)`)).body;
    expect(inbox.messages).toHaveLength(3);
    expect(inbox.childFolders).toHaveLength(inbox.childFolderCount);
    const size = (await client.get(`${root}/inbox?$expand=singleValueExtendedProperties($filter=id eq 'Long 0xe08')`)).body;
    expect(Number(size.singleValueExtendedProperties[0].value)).toBeGreaterThan(1_000);
  });

  test('are reached by long paths, and tell changes below one folder', async () => {
    const made = (await client.control('POST', `/mailboxes/${user}/folders`, { displayName: 'Deep', parent: 'Inbox' })).body;
    await client.control('POST', `/mailboxes/${user}/messages`, { subject: 'Down there', folder: 'Inbox/Deep' });
    const deep = (await client.get(`${root}/inbox/childFolders/${made.id}/messages?$select=subject`)).body.value;
    expect(deep.map(({ subject }: any) => subject)).toEqual(['Down there']);
    const tree = await readAll(client, `${root}/inbox/childFolders/delta`);
    expect(tree.value.map(({ id }) => id)).toContain(made.id);
    await client.control('PATCH', `/mailboxes/${user}/folders/${made.id}`, { parent: 'archive' });
    expect((await readAll(client, tree.deltaLink)).value).toMatchObject([{ id: made.id, '@removed': { reason: 'deleted' } }]);
  });

  test('tell a folder that left the tree, and one that left it before its parent did, on whatever page that falls', async () => {
    const add = async (displayName: string, parent: string) =>
      (await client.control('POST', `/mailboxes/${user}/folders`, { displayName, parent })).body.id as string;
    const change = (id: string, body: object) => client.control('PATCH', `/mailboxes/${user}/folders/${id}`, body);
    const outer = await add('Outer', 'Inbox');
    const inner = await add('Inner', 'Inbox/Outer');
    const tree = await readAll(client, `${root}/inbox/childFolders/delta`);
    await change(inner, { parent: 'archive' });
    await change(outer, { parent: 'archive' });
    const stayed = [await add('One', 'Inbox'), await add('Two', 'Inbox'), await add('Three', 'Inbox')];
    await change(inner, { displayName: 'Inner, renamed' });
    await change(outer, { displayName: 'Outer, renamed' });
    const { value } = await readAll(client, tree.deltaLink, { prefer: 'IdType="ImmutableId", odata.maxpagesize=1' });
    const removed = value.filter((entry) => '@removed' in entry).map(({ id }) => id);
    expect(removed.toSorted()).toEqual([inner, outer].toSorted());
    expect(value.filter((entry) => !('@removed' in entry)).map(({ id }) => id)).toEqual(stayed);
  });
});
