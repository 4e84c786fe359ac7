import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const WEEKLY = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'sunday' },
  range: { type: 'numbered', startDate: '2026-11-02', numberOfOccurrences: 4 },
};

describe('a calendar', () => {
  let client: TestEmulator;
  let user: string;
  const november = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z';
  const add = async (fields: object) => (await client.control('POST', `/mailboxes/${user}/calendars/default/events`, fields)).body;

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 8, messagesPerMailbox: 2 } });
    user = client.emulator.world.users()[0]!.id;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('lists masters and single events, and counts them', async () => {
    const before = (await readAll(client, `/users/${user}/events?$top=7`)).value.length;
    const added = await add({ subject: 'Once', start: '2026-11-03T10:00:00Z' });
    const { value } = await readAll(client, `/users/${user}/calendar/events?$top=7`);
    expect(value).toHaveLength(before + 1);
    expect(new Set(value.map((event) => event.type))).toEqual(new Set(['singleInstance', 'seriesMaster']));
    expect((await client.get(`/users/${user}/events/$count`)).body).toBe(String(value.length));
    await client.control('PATCH', `/mailboxes/${user}/events/${added.id}`, { subject: 'Once more' });
    const changed = (await client.get(`/users/${user}/events/${added.id}`)).body;
    expect(changed.subject).toBe('Once more');
    expect(changed.changeKey).not.toBe(value.find((event) => event.id === added.id).changeKey);
    await client.control('DELETE', `/mailboxes/${user}/events/${added.id}`);
    expect((await client.get(`/users/${user}/events/${added.id}`)).body.error.code).toBe('ErrorItemNotFound');
  });

  test('expands a series with a moved and a cancelled occurrence', async () => {
    const series = await add({ subject: 'Weekly', start: '2026-11-02T09:00:00Z', recurrence: WEEKLY });
    const change = (fields: object) => client.control('POST', `/mailboxes/${user}/events/${series.id}/exceptions`, fields);
    await change({ originalStart: '2026-11-09T09:00:00Z', subject: 'Later', start: '2026-11-10T15:00:00Z', end: '2026-11-10T16:00:00Z' });
    await change({ originalStart: '2026-11-16T09:00:00Z', cancelled: true });
    const { value } = await readAll(client, `/users/${user}/events/${series.id}/instances?${november}`);
    expect(value.map((event) => [event.type, event.subject, event.start.dateTime.slice(0, 16), event.originalStart])).toEqual([
      ['occurrence', 'Weekly', '2026-11-02T09:00', '2026-11-02T09:00:00Z'],
      ['exception', 'Later', '2026-11-10T15:00', '2026-11-09T09:00:00Z'],
      ['occurrence', 'Weekly', '2026-11-23T09:00', '2026-11-23T09:00:00Z'],
    ]);
    expect(new Set(value.map((event) => event.seriesMasterId))).toEqual(new Set([series.id]));
    expect(new Set(value.map((event) => event.iCalUId)).size).toBe(3);
    expect((await client.get(`/users/${user}/events/${value[1].id}`)).body).toMatchObject({
      id: value[1].id,
      type: 'exception',
      subject: 'Later',
    });
    const master = (await client.get(`/users/${user}/events/${series.id}?$select=cancelledOccurrences,type`)).body;
    expect(master).toMatchObject({ type: 'seriesMaster', cancelledOccurrences: [`OID.${series.id}.2026-11-16`] });
    const view = await readAll(client, `/users/${user}/calendarView?${november}&$top=100`);
    expect(view.value.filter((event) => event.seriesMasterId === series.id)).toHaveLength(3);
    expect(view.value.some((event) => event.type === 'seriesMaster')).toBe(false);
  });

  test('gives times in the zone that was asked for, and refuses one that nobody knows', async () => {
    const { id } = await add({ subject: 'Zoned', start: '2026-07-01T10:00:00Z' });
    const zoned = await client.get(`/users/${user}/events/${id}`, {
      prefer: 'outlook.timezone="W. Europe Standard Time", IdType="ImmutableId"',
    });
    expect(zoned.body.start).toEqual({ dateTime: '2026-07-01T12:00:00.0000000', timeZone: 'W. Europe Standard Time' });
    expect(zoned.headers['preference-applied']).toContain('outlook.timezone="W. Europe Standard Time"');
    const unknown = await client.get(`/users/${user}/events/${id}`, { prefer: 'outlook.timezone="Middle Earth"' });
    expect([unknown.status, unknown.body.error.code]).toEqual([400, 'TimeZoneNotSupportedException']);
  });

  test('shows those who may read the basics no body, and no attachments', async () => {
    const token = await client.personToken(user, ['Calendars.ReadBasic']);
    const { value } = (await client.get(`/users/${user}/events?$select=subject,body`, { token })).body;
    expect([value.length > 0, 'subject' in value[0], 'body' in value[0]]).toEqual([true, true, false]);
    expect((await client.get(`/users/${user}/events/${value[0].id}/attachments`, { token })).status).toBe(403);
  });

  test('asks for a time window, and refuses one that is too long', async () => {
    expect((await client.get(`/users/${user}/calendarView`)).body.error.code).toBe('ErrorInvalidParameter');
    const long = await client.get(`/users/${user}/calendarView?startDateTime=2000-01-01&endDateTime=2030-01-01`);
    expect(long.status).toBe(400);
  });

  test('is told from shared and subscribed ones by owner and canEdit, and stands in one group', async () => {
    const users = client.emulator.world.users().filter((entry) => entry.class === 'user');
    const all = (
      await Promise.all(
        users.map(async (entry) =>
          (await readAll(client, `/users/${entry.id}/calendars`)).value.map((calendar) => ({ ...calendar, of: entry.mail })),
        ),
      )
    ).flat();
    expect(all.filter((calendar) => calendar.isDefaultCalendar)).toHaveLength(users.length);
    expect(all.some((calendar) => calendar.owner.address !== calendar.of)).toBe(true);
    expect(all.some((calendar) => calendar.owner.address === calendar.of && !calendar.canEdit)).toBe(true);
    const groups = (await client.get(`/users/${user}/calendarGroups`)).body.value;
    const grouped = await Promise.all(
      groups.map(async (group: any) => (await client.get(`/users/${user}/calendarGroups/${group.id}/calendars`)).body.value),
    );
    const listed = (await client.get(`/users/${user}/calendars`)).body.value;
    expect(
      grouped
        .flat()
        .map((calendar: any) => calendar.id)
        .toSorted(),
    ).toEqual(listed.map((calendar: any) => calendar.id).toSorted());
  });
});
