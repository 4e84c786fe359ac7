import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const CHANGING = 'odata.maxpagesize=100';

describe('message delta', () => {
  let client: TestEmulator;
  let user: string;
  const folder = (name: string) => `/users/${user}/mailFolders/${name}/messages/delta`;
  const add = async (subject: string, fields: object = {}) =>
    (await client.control('POST', `/mailboxes/${user}/messages`, { subject, ...fields })).body;
  const round = (name: string, prefer?: string) => readAll(client, folder(name), prefer === undefined ? undefined : { prefer });

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 3, messagesPerMailbox: 60 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('tells additions, edits and removals, and is empty when nothing happened', async () => {
    const first = await round('inbox');
    expect((await readAll(client, first.deltaLink)).value).toEqual([]);
    const added = await add('A new one', { body: { contentType: 'html', content: '<p>words</p>' } });
    const second = await readAll(client, first.deltaLink);
    expect(second.value.map((message) => [message.id, message.subject])).toEqual([[added.id, 'A new one']]);
    await client.control('PATCH', `/mailboxes/${user}/messages/${added.id}`, { isRead: true, subject: 'Another name' });
    const third = await readAll(client, second.deltaLink);
    expect(third.value.map((message) => [message.subject, message.isRead])).toEqual([['Another name', true]]);
    expect(third.value[0].changeKey).not.toBe(second.value[0].changeKey);
    await client.control('DELETE', `/mailboxes/${user}/messages/${added.id}?hard=true`);
    const fourth = await readAll(client, third.deltaLink);
    expect(fourth.value).toMatchObject([{ id: added.id, '@removed': { reason: 'deleted' } }]);
    expect((await client.get(`/users/${user}/messages/${added.id}`)).body.error.code).toBe('ErrorItemNotFound');
  });

  test('tells a move as a removal in one folder and an addition in the other, with one immutable id', async () => {
    const [inbox, archive] = [await round('inbox'), await round('archive')];
    const moved = inbox.value[3];
    const answer = await client.control('POST', `/mailboxes/${user}/messages/${moved.id}/move`, { folder: 'archive' });
    expect(answer.body.id).toBe(moved.id);
    expect((await readAll(client, inbox.deltaLink)).value).toMatchObject([{ id: moved.id, '@removed': { reason: 'deleted' } }]);
    expect((await readAll(client, archive.deltaLink)).value).toMatchObject([{ id: moved.id, subject: moved.subject, body: moved.body }]);
  });

  test('gives a new changing id after a move, and knows the old one no more', async () => {
    const inbox = await round('inbox', CHANGING);
    const moved = inbox.value[0];
    const answer = await client.control('POST', `/mailboxes/${user}/messages/${moved.id}/move`, { folder: 'archive' });
    expect(answer.body.changingId).not.toBe(moved.id);
    expect((await readAll(client, inbox.deltaLink, { prefer: CHANGING })).value).toMatchObject([{ id: moved.id, '@removed': {} }]);
    expect((await client.get(`/users/${user}/messages/${moved.id}`)).status).toBe(404);
    expect((await client.get(`/users/${user}/messages/${answer.body.changingId}`)).body.subject).toBe(moved.subject);
  });

  test('serves links of one kind of id with the other', async () => {
    const inbox = await round('inbox');
    const added = await add('Both ways');
    const changing = await readAll(client, inbox.deltaLink, { prefer: CHANGING });
    expect(changing.value.map((message) => message.id)).toEqual([added.changingId]);
  });

  test('pages by maxpagesize, keeps $select in its links and misses nothing that changes on the way', async () => {
    const all = await round('inbox');
    const first = await client.get(`${folder('inbox')}?$select=subject`, { prefer: 'IdType="ImmutableId", odata.maxpagesize=5' });
    expect(first.body.value).toHaveLength(5);
    expect(first.headers['preference-applied']).toContain('odata.track-changes');
    expect(
      Object.keys(first.body.value[0])
        .filter((name) => !name.startsWith('@'))
        .toSorted(),
    ).toEqual(['id', 'subject']);
    const [given, ahead] = [all.value[0].id, all.value[9].id];
    for (const id of [given, ahead]) await client.control('POST', `/mailboxes/${user}/messages/${id}/move`, { folder: 'junkemail' });
    const added = await add('While reading');
    const rest = await readAll(client, first.body['@odata.nextLink'], { prefer: 'odata.maxpagesize=5, IdType="ImmutableId"' });
    const next = await readAll(client, rest.deltaLink);
    const held = new Map<string, any>();
    for (const item of [...first.body.value, ...rest.value, ...next.value]) {
      if (item['@removed']) held.delete(item.id);
      else held.set(item.id, item);
    }
    const now = await round('inbox');
    expect([...held.keys()].toSorted()).toEqual(now.value.map((message) => message.id).toSorted());
    expect(held.has(added.id) && !held.has(given) && !held.has(ahead)).toBe(true);
    expect(Object.keys(next.value.find((item) => !item['@removed']))).not.toContain('body');
  });

  test('filters by date only, and by kind of change', async () => {
    const all = await round('archive');
    const since = all.value[1].receivedDateTime;
    const filtered = await readAll(client, `${folder('archive')}?$filter=receivedDateTime ge ${since}`);
    const newer = all.value.filter((message) => message.receivedDateTime >= since);
    expect(filtered.value.map((message) => message.id).toSorted()).toEqual(newer.map((message) => message.id).toSorted());
    expect((await client.get(`${folder('archive')}?$filter=isRead eq true`)).status).toBe(400);
    expect((await client.get(`${folder('archive')}?$select=nonsense`)).body.error.code).toBe('RequestBroker--ParseUri');
    const deleted = await readAll(client, `${folder('drafts')}?changeType=deleted`);
    expect(deleted.value).toEqual([]);
    await add('Not told', { folder: 'drafts' });
    expect((await readAll(client, deleted.deltaLink)).value).toEqual([]);
  });

  test('tells a folder that is gone, one that came and one that was renamed', async () => {
    const tree = await readAll(client, `/users/${user}/mailFolders/delta`);
    const made = (await client.control('POST', `/mailboxes/${user}/folders`, { displayName: 'Fresh', parent: 'Inbox' })).body;
    await add('Inside', { folder: 'Inbox/Fresh' });
    const chain = await round(made.id);
    expect(chain.value).toHaveLength(1);
    const second = await readAll(client, tree.deltaLink);
    expect(second.value.find((entry) => entry.id === made.id)).toMatchObject({
      displayName: 'Fresh',
      totalItemCount: 1,
      unreadItemCount: 1,
    });
    await client.control('PATCH', `/mailboxes/${user}/folders/${made.id}`, { displayName: 'Stale', parent: 'archive' });
    const third = await readAll(client, second.deltaLink);
    const archive = tree.value.find((entry) => entry.displayName === 'Archive');
    expect(third.value.find((entry) => entry.id === made.id)).toMatchObject({ displayName: 'Stale', parentFolderId: archive.id });
    await client.control('DELETE', `/mailboxes/${user}/folders/${made.id}?hard=true`);
    const fourth = await readAll(client, third.deltaLink);
    expect(fourth.value.find((entry) => entry.id === made.id)).toMatchObject({ '@removed': { reason: 'deleted' } });
    expect((await client.get(chain.deltaLink)).body.error.code).toBe('ErrorItemNotFound');
  });

  test('refuses a token that is garbage, and one of another folder', async () => {
    expect((await client.get(`${folder('inbox')}?$deltatoken=garbage`)).body.error.code).toBe('SyncStateInvalid');
    const { deltaLink } = await round('inbox');
    const other = deltaLink.replace(/mailFolders\('[^']+'\)/, "mailFolders('archive')");
    expect((await client.get(other)).body.error.message).toContain("Parameter 'DeltaToken' not supported");
  });

  test('refuses a token where nothing is tracked', async () => {
    const { deltaLink } = await round('inbox');
    for (const path of ['mailFolders/inbox/messages', 'messages', 'mailFolders', 'events']) {
      const reply = await client.get(`/users/${user}/${path}${new URL(deltaLink).search}`);
      expect([path, reply.status, reply.body.error?.message]).toEqual([
        path,
        400,
        "Parameter 'DeltaToken' not supported for this request.",
      ]);
    }
  });

  test('is found by every spelling of the function, of keys and of options', async () => {
    const { id } = (await client.get(`/users/${user}/mailFolders/inbox`)).body;
    const paths = [
      `/users/${user}/mailFolders/inbox/messages/delta()`,
      `/users/${user}/mailFolders/INBOX/messages/microsoft.graph.delta`,
      `/users('${user}')/mailFolders('${id}')/Messages/delta`,
      `/users/${user}/mailFolders/${encodeURIComponent(id)}/messages/delta?%24select=subject`,
    ];
    const counts = await Promise.all(paths.map(async (path) => (await client.get(path)).body.value.length));
    expect(new Set(counts).size).toBe(1);
  });

  test('reports read states and removals whatever the filter says, and other changes only when they pass it', async () => {
    const old = await add('Long ago', { receivedDateTime: '2020-01-01T00:00:00Z' });
    const chain = await readAll(client, `${folder('inbox')}?$filter=receivedDateTime ge 2024-01-01&$select=subject`);
    const edit = (body: object) => client.control('PATCH', `/mailboxes/${user}/messages/${old.id}`, body);
    await edit({ subject: 'Another' });
    const second = await readAll(client, chain.deltaLink);
    expect(second.value).toEqual([]);
    await edit({ isRead: true });
    const third = await readAll(client, second.deltaLink);
    expect(third.value).toMatchObject([{ id: old.id }]);
    await client.control('DELETE', `/mailboxes/${user}/messages/${old.id}?hard=true`);
    expect((await readAll(client, third.deltaLink)).value).toMatchObject([{ id: old.id, '@removed': {} }]);
  });

  test('gives the newest first when asked, with attachments, and never extended properties', async () => {
    await add('In between', { receivedDateTime: '2026-03-01T00:00:00Z', attachments: [{ name: 'a.txt', contentBytes: 'aGk=' }] });
    const options = "$orderby=receivedDateTime desc&$expand=attachments,singleValueExtendedProperties($filter=id eq 'String 0x1035')";
    const { value } = await readAll(client, `${folder('inbox')}?${options}`, { prefer: 'IdType="ImmutableId", odata.maxpagesize=7' });
    const dates = value.map(({ receivedDateTime }) => receivedDateTime);
    expect(dates).toEqual(dates.toSorted().toReversed());
    expect(value.find(({ subject }) => subject === 'In between').attachments).toHaveLength(1);
    expect(value.every((message) => !('singleValueExtendedProperties' in message))).toBe(true);
  });

  test('follows a whole mailbox, where a move is a change and not a removal', async () => {
    const first = await readAll(client, `/users/${user}/messages/delta?$select=subject,parentFolderId`);
    const listed = await readAll(client, `/users/${user}/messages?$top=100&$select=id`);
    expect(first.value.map(({ id }) => id).toSorted()).toEqual(listed.value.map(({ id }) => id).toSorted());
    const { id } = await add('Wanderer');
    await client.control('POST', `/mailboxes/${user}/messages/${id}/move`, { folder: 'archive' });
    const second = await readAll(client, first.deltaLink);
    expect(second.value).toMatchObject([{ id, subject: 'Wanderer' }]);
    await client.control('DELETE', `/mailboxes/${user}/messages/${id}?hard=true`);
    expect((await readAll(client, second.deltaLink)).value).toMatchObject([{ id, '@removed': {} }]);
  });
});

test('a changing id that ended in a round is told though its item, or the folder, changes again before the round is read', async () => {
  const client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 20 } });
  const user = client.emulator.world.users()[0]!.id;
  const [messages, folders] = [`/mailboxes/${user}/messages`, `/mailboxes/${user}/folders`];
  const prefer = 'odata.maxpagesize=1';
  await client.control('POST', folders, { displayName: 'Doomed', parent: 'inbox' });
  const doomed = (await client.control('POST', messages, { subject: 'doomed', folder: 'Inbox/Doomed' })).body;
  const [moved, other] = [
    (await client.control('POST', messages, { subject: 'moved' })).body,
    (await client.control('POST', messages, { subject: 'other' })).body,
  ];
  const { deltaLink } = await readAll(client, `/users/${user}/messages/delta?$select=subject`, { prefer });
  await client.control('PATCH', `${messages}/${other.id}`, { isRead: true });
  for (const { id } of [moved, doomed]) await client.control('POST', `${messages}/${id}/move`, { folder: 'archive' });
  const first = (await client.get(deltaLink, { prefer })).body;
  await client.control('PATCH', `${messages}/${moved.id}`, { isRead: true });
  await client.control('DELETE', `${folders}/${encodeURIComponent('Inbox/Doomed')}?hard=true`);
  const rest = await readAll(client, first['@odata.nextLink'], { prefer });
  const later = await readAll(client, rest.deltaLink, { prefer });
  const removed = [...rest.value, ...later.value].filter((item) => item['@removed']).map(({ id }) => id);
  expect(removed.toSorted()).toEqual([moved.changingId, doomed.changingId].toSorted());
  expect(later.value.find(({ subject }) => subject === 'moved')).toBeDefined();
  await client.stop();
});

test('message delta with a filter gives 5,000 messages at most, without one all of them', { timeout: 30_000 }, async () => {
  const client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 40_000 } });
  const user = client.emulator.world.users()[0]!.id;
  const { totalItemCount } = (await client.get(`/users/${user}/mailFolders/inbox`)).body;
  expect(totalItemCount).toBeGreaterThan(5_000);
  const prefer = 'odata.maxpagesize=1000';
  const delta = `/users/${user}/mailFolders/inbox/messages/delta?$select=id`;
  const filtered = await readAll(client, `${delta}&$filter=receivedDateTime ge 1990-01-01`, { prefer });
  expect(new Set(filtered.value.map(({ id }) => id)).size).toBe(5_000);
  expect((await readAll(client, delta, { prefer })).value).toHaveLength(totalItemCount);
  // What comes later is told as ever.
  const added = await client.control('POST', `/mailboxes/${user}/messages`, { subject: 'Later' });
  expect((await readAll(client, filtered.deltaLink)).value.map(({ id }) => id)).toEqual([added.body.id]);
  expect(client.failures).toEqual([]);
  await client.stop();
});
