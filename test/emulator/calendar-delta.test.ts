import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const WINDOW = 'startDateTime=2030-01-01T00:00:00Z&endDateTime=2030-02-01T00:00:00Z';

describe('event delta', () => {
  let client: TestEmulator;
  let user: string;
  const add = async (fields: object) => (await client.control('POST', `/mailboxes/${user}/calendars/default/events`, fields)).body;
  const view = () => `/users/${user}/calendarView/delta?${WINDOW}`;
  /** Single events and removals; the seed's endless series stand in every window. */
  const short = (value: any[]) =>
    value.filter(({ type }) => type === undefined || type === 'singleInstance').map((event) => [event.subject ?? 'removed', event.id]);

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 5, messagesPerMailbox: 2 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
    rmSync(client.dataDir, { recursive: true, force: true });
  });

  test('tells what is in the window, then what changed, went, or lies outside of it', async () => {
    const one = await add({ subject: 'One', start: '2030-01-10T10:00:00Z' });
    const two = await add({ subject: 'Two', start: '2030-01-11T10:00:00Z' });
    const first = await readAll(client, view(), { prefer: 'IdType="ImmutableId", odata.maxpagesize=1' });
    expect(short(first.value)).toEqual([['One', one.id], ['Two', two.id]]); // prettier-ignore
    expect((await readAll(client, first.deltaLink)).value).toEqual([]);
    await client.control('PATCH', `/mailboxes/${user}/events/${one.id}`, { subject: 'One more' });
    await client.control('DELETE', `/mailboxes/${user}/events/${two.id}`);
    const outside = await add({ subject: 'Outside', start: '2031-01-10T10:00:00Z' });
    const later = await readAll(client, first.deltaLink, { prefer: 'IdType="ImmutableId", odata.maxpagesize=2' });
    expect(short(later.value)).toEqual([['One more', one.id], ['removed', two.id], ['removed', outside.id]]); // prettier-ignore
    expect(later.value[1]['@removed']).toEqual({ reason: 'deleted' });
    await client.control('PATCH', `/mailboxes/${user}/events/${one.id}`, { start: '2030-03-01T10:00:00Z', end: '2030-03-01T11:00:00Z' });
    expect(short((await readAll(client, later.deltaLink)).value)).toEqual([['removed', one.id]]);
  });

  test('tells a series by its master and bare occurrences, and later only the occurrences that changed', async () => {
    const pattern = { type: 'daily', interval: 1 };
    const recurrence = { pattern, range: { type: 'numbered', startDate: '2030-01-20', numberOfOccurrences: 4 } };
    const series = await add({ subject: 'Daily', start: '2030-01-20T09:00:00Z', recurrence });
    const { value, deltaLink } = await readAll(client, view());
    const mine = value.filter((event) => event.id === series.id || event.seriesMasterId === series.id);
    expect(mine.map((event) => event.type)).toEqual(['seriesMaster', ...Array.from({ length: 4 }, () => 'occurrence')]);
    expect(Object.keys(mine[1])).toEqual(['@odata.type', '@odata.etag', 'id', 'seriesMasterId', 'type', 'start', 'end']);
    const change = (fields: object) => client.control('POST', `/mailboxes/${user}/events/${series.id}/exceptions`, fields);
    await change({ originalStart: '2030-01-21T09:00:00Z', subject: 'Other' });
    await change({ originalStart: '2030-01-22T09:00:00Z', cancelled: true });
    const later = await readAll(client, deltaLink);
    expect(later.value.map((event) => event['@removed']?.reason ?? event.type)).toEqual(['deleted', 'seriesMaster', 'exception']);
    expect(later.value[0].id).toBe(mine[3].id);
    const instances = await readAll(client, `/users/${user}/events/${series.id}/instances/delta?${WINDOW}`);
    expect(instances.value.map((event) => event.subject)).toEqual(['Daily', 'Other', 'Daily']);
  });

  test('refuses options that Microsoft names as unsupported, and a request without a window', async () => {
    const refused = await client.get(`${view()}&$select=subject&$filter=subject eq 'x'`);
    expect([refused.status, refused.body.error.code]).toEqual([400, 'ErrorInvalidUrlQuery']);
    expect((await client.get(`/users/${user}/calendarView/delta`)).status).toBe(400);
    expect((await client.get(`/users/${user}/calendarView/delta?$skiptoken=nonsense`)).body.error.code).toBe('SyncStateInvalid');
  });

  test('of events needs no window and takes $select; its links are of no other resource', async () => {
    const { value, deltaLink } = await readAll(client, `/users/${user}/events/delta()?$select=subject`);
    const listed = await readAll(client, `/users/${user}/events?$top=100`);
    expect(value.map((event) => event.id).toSorted()).toEqual(listed.value.map((event) => event.id).toSorted());
    expect(value[0].body).toBeUndefined();
    const foreign = await client.get(`/users/${user}/calendarView/delta${new URL(deltaLink).search}`);
    expect(foreign.status).toBe(400);
  });

  test('answers large pages with empty 503s while an emulator is asked to, and works with small ones', async () => {
    await client.control('POST', '/faults', { match: { path: 'calendarView/delta' }, answer: { quirk: 'largePagesFail' } });
    const large = await client.get(view(), { prefer: 'odata.maxpagesize=50' });
    expect([large.status, large.bytes.length]).toEqual([503, 0]);
    expect((await client.get(view(), { prefer: 'odata.maxpagesize=10' })).status).toBe(200);
    await client.control('DELETE', '/faults');
  });

  test('whose state is lost gives a link that starts the same window anew', async () => {
    const first = await readAll(client, view());
    for (const answer of [{ status: 410 }, { expiredLink: true }]) {
      await client.control('POST', '/faults', { match: { path: 'deltatoken=.' }, answer, count: 1 });
      const lost = await client.get(first.deltaLink);
      expect([lost.status, lost.body.error.code]).toEqual([410, 'SyncStateNotFound']);
      expect(lost.headers.location).toMatch(/\$deltatoken=$/);
      const anew = await readAll(client, String(lost.headers.location));
      expect(anew.value.map(({ id }) => id)).toEqual(first.value.map(({ id }) => id));
    }
    await client.control('POST', '/faults', { match: { path: 'calendarView' }, answer: { quirk: 'nextLinkExpires' }, count: 1 });
    const page = await client.get(view(), { prefer: 'odata.maxpagesize=1' });
    const lost = await client.get(page.body['@odata.nextLink']);
    expect(lost.status).toBe(410);
    expect((await client.get(String(lost.headers.location))).status).toBe(200);
  });

  test('goes on from its links after a restart', async () => {
    const first = await readAll(client, view());
    const { dataDir } = client;
    await client.hangUp();
    await client.emulator.stop();
    client = await startEmulator({ seed: { mailboxes: 5, messagesPerMailbox: 2 }, dataDir });
    const added = await add({ subject: 'After', start: '2030-01-15T10:00:00Z' });
    const link = first.deltaLink.replace(/^https:\/\/[^/]+/, client.url);
    expect(short((await readAll(client, link)).value)).toEqual([['After', added.id]]);
  });
});
