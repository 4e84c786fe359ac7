import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

describe('an oddity that was asked for', () => {
  let client: TestEmulator;
  let user: string;
  const inbox = () => `/users/${user}/mailFolders/inbox/messages/delta`;
  const play = (quirk: string, rest: object = {}) =>
    client.control('POST', '/faults', { match: { mailbox: user, path: '/messages' }, answer: { quirk }, ...rest });

  beforeEach(async () => {
    client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 60 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterEach(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('loses a message that was moved away and back', async () => {
    const first = await readAll(client, inbox());
    const { id } = first.value[0];
    await play('loseMoveAndBack');
    for (const folder of ['archive', 'inbox']) await client.control('POST', `/mailboxes/${user}/messages/${id}/move`, { folder });
    const second = await readAll(client, first.deltaLink);
    expect(second.value).toMatchObject([{ id, '@removed': {} }]);
    expect((await readAll(client, second.deltaLink)).value).toEqual([]);
    expect((await client.get(`/users/${user}/messages/${id}`)).status).toBe(200);
  });

  test('gives items twice, an empty page, a page again, and a removal in the first round', async () => {
    const plain = (await readAll(client, inbox())).value.length;
    await play('itemsTwice', { count: 1 });
    expect((await readAll(client, inbox())).value.length).toBe(plain + Math.ceil(plain / 2));
    await play('emptyPage', { count: 2 });
    const first = await client.get(inbox());
    expect(first.body.value).toEqual([]);
    expect((await readAll(client, first.body['@odata.nextLink'])).value.length).toBe(plain);
    await play('replay', { count: 1 });
    const small = 'IdType="ImmutableId", odata.maxpagesize=4';
    expect((await readAll(client, inbox(), { prefer: small })).value.length).toBe(plain + 4);
    await play('removalInFirstRound', { count: 1 });
    const removals = (await readAll(client, inbox())).value.filter((item) => item['@removed']);
    expect(removals).toHaveLength(1);
    expect((await client.get(`/users/${user}/messages/${removals[0].id}`)).body.error.code).toBe('ErrorItemNotFound');
  });

  test('gives only id, folder and read state of a message that was read', async () => {
    const first = await readAll(client, inbox());
    const unread = first.value.find((message) => !message.isRead);
    await client.control('PATCH', `/mailboxes/${user}/messages/${unread.id}`, { isRead: true });
    await play('partialReadState');
    const { value } = await readAll(client, first.deltaLink);
    expect(value.map(({ '@odata.type': _type, ...rest }) => rest)).toEqual([
      { id: unread.id, isRead: true, parentFolderId: unread.parentFolderId },
    ]);
  });

  test('keeps only the last three links of a chain', async () => {
    await play('tokenGenerations');
    const links: string[] = [];
    for (let next = inbox(), page = 0; page < 5; page++) {
      const reply = await client.get(next, { prefer: 'odata.maxpagesize=2' });
      next = reply.body['@odata.nextLink'];
      links.push(next);
    }
    expect((await client.get(links[4]!)).status).toBe(200);
    const old = await client.get(links[0]!);
    expect([old.status, old.body.error.code]).toEqual([410, 'SyncStateNotFound']);
    expect(old.headers['location']).toMatch(/\$deltatoken=$/);
  });

  test('ends a list early', async () => {
    await play('listEndsEarly', { count: 1 });
    const list = `/users/${user}/mailFolders/inbox/messages?$top=5&$select=id`;
    expect((await readAll(client, list)).value).toHaveLength(5);
    expect((await readAll(client, list)).value.length).toBeGreaterThan(5);
  });

  test('shows a move only as a removal, and a change only later', async () => {
    const [first, archive] = [await readAll(client, inbox()), await readAll(client, `/users/${user}/mailFolders/archive/messages/delta`)];
    const { id } = first.value[0];
    await play('moveOnlyRemoved');
    await play('delay', { count: 1 });
    await client.control('POST', `/mailboxes/${user}/messages/${id}/move`, { folder: 'archive' });
    const early = await readAll(client, first.deltaLink);
    expect(early.value).toEqual([]);
    expect((await readAll(client, early.deltaLink)).value).toMatchObject([{ id, '@removed': {} }]);
    expect((await readAll(client, archive.deltaLink)).value).toEqual([]);
  });

  test('gives pages short, in disorder, with links of another form', async () => {
    const small = { prefer: 'IdType="ImmutableId", odata.maxpagesize=6' };
    const plain = (await client.get(inbox(), small)).body.value.map(({ id }: any) => id);
    await play('outOfOrder', { count: 1 });
    expect((await client.get(inbox(), small)).body.value.map(({ id }: any) => id)).toEqual(plain.toReversed());
    await play('shortPages', { count: 1 });
    await play('parenthesisLinks', { count: 1 });
    const short = (await client.get(inbox(), small)).body;
    expect(short.value.map(({ id }: any) => id)).toEqual(plain.slice(0, 3));
    expect(short['@odata.nextLink']).toContain(`/users('${user}')/mailFolders('`);
    const rest = (await readAll(client, short['@odata.nextLink'], small)).value.map(({ id }) => id);
    expect(rest.slice(0, 3)).toEqual(plain.slice(3));
  });

  test('makes links whose $skip runs ahead, and totals that differ from walk to walk', async () => {
    const list = `/users/${user}/mailFolders/inbox/messages?$top=4&$select=id`;
    const all = (await readAll(client, list)).value.map(({ id }) => id);
    await play('skipJumps');
    await play('parenthesisLinks');
    const first = (await client.get(list)).body['@odata.nextLink'];
    expect(Number(/\$skip=(\d+)/.exec(first)![1])).toBeGreaterThan(5);
    expect((await readAll(client, list)).value.map(({ id }) => id)).toEqual(all);
    await play('totalsDiffer');
    const [one, two] = [(await readAll(client, list)).value.map(({ id }) => id), (await readAll(client, list)).value.map(({ id }) => id)];
    expect([one.length, two.length]).toEqual([all.length - 1, all.length - 1]);
    expect(one).not.toEqual(two);
  });

  test('ends rounds early, limits or refuses $top, forgets links, and does not start from now', async () => {
    const filter = `${inbox()}?$filter=receivedDateTime ge 2000-01-01`;
    const small = { prefer: 'odata.maxpagesize=4' };
    await play('filteredRoundEndsEarly', { count: 1 });
    expect((await readAll(client, filter, small)).value).toHaveLength(4);
    await play('topLimitsTotal');
    expect((await readAll(client, `${inbox()}?$top=7`, small)).value).toHaveLength(7);
    await play('topRefused', { count: 1 });
    expect((await client.get(`${inbox()}?%24top=7`)).status).toBe(400);
    const { '@odata.nextLink': next } = (await client.get(inbox(), small)).body;
    await play('nextLinkExpires', { count: 1 });
    const expired = await client.get(next);
    expect([expired.status, expired.body.error.code]).toEqual([410, 'SyncStateNotFound']);
    const latest = await client.get(`${inbox()}?$deltatoken=latest`);
    expect([latest.body.value, typeof latest.body['@odata.deltaLink']]).toEqual([[], 'string']);
    await play('latestGivesNextLink', { count: 1 });
    const instead = (await client.get(`${inbox()}?$deltatoken=latest`)).body;
    expect((await readAll(client, instead['@odata.nextLink'])).value.length).toBeGreaterThan(0);
  });
});
