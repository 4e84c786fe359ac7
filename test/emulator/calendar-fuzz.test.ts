import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const PATHS = [
  'events', 'events/delta', 'calendarView', 'calendarView/delta', 'calendars', 'calendarGroups', 'calendar/events', 'events/$count', 'calendar', 'events/{id}',
  'events/{id}/instances', 'events/{id}/instances/delta', 'events/{id}/attachments', 'events/{id}/exceptionOccurrences', 'events/{id}/attachments/{id}/$value',
  'calendarView/{id}', 'calendars/{id}/events', 'calendar/calendarPermissions', 'events/{id}/extensions', "reminderView(StartDateTime='{text}',EndDateTime='{text}')",
]; // prettier-ignore
const OPTIONS = [
  '$filter',
  '$orderby',
  '$select',
  '$expand',
  '$top',
  '$skip',
  '$count',
  '$search',
  '$skiptoken',
  'startDateTime',
  'endDateTime',
];
const TEXTS = [
  "start/dateTime ge '2030'", "categories/any(c:c eq 'x')", 'subject', 'start/dateTime desc', "singleValueExtendedProperties($filter=id eq 'x')", 'instances',
  '-1', '1e9', '2026-01-01', '2026-13-45', '9999-12-31T23:59:59Z', '0001-01-01', '2026-01-01T00:00:00+99:99', "''", '(((', 'true', 'attachments,extensions',
]; // prettier-ignore

describe('calendars that are asked nonsense', () => {
  let client: TestEmulator;
  let user: string;
  let ids: string[];
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 2 } });
    user = client.emulator.world.users()[0]!.id;
    const window = 'startDateTime=2026-01-01&endDateTime=2027-01-01';
    ids = (await client.get(`/users/${user}/calendarView?${window}&$top=5`)).body.value.map((event: { id: string }) => event.id);
    ids.push((await client.get(`/users/${user}/calendar`)).body.id as string, 'AAMk', 'x'.repeat(300));
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('answer with a refusal, never with a failure of their own', async () => {
    const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 30 }));
    const options = fc.dictionary(fc.constantFrom(...OPTIONS), text, { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), options, fc.nat(), text, async (path, query, pick, value) => {
        const filled = path
          .replaceAll('{id}', () => encodeURIComponent(ids[pick % ids.length]!))
          .replaceAll('{text}', () => encodeURIComponent(value).replaceAll("'", '%27'));
        const url = `/users/${user}/${filled}?${new URLSearchParams(query).toString()}`;
        const reply = await client.get(url);
        expect(reply.status, url).toBeLessThan(500);
      }),
      { numRuns: 600 },
    );
  });

  test('and told nonsense keep nothing of it', async () => {
    const headers = {
      authorization: `Bearer ${await client.personToken(user, ['Calendars.ReadWrite'])}`,
      'content-type': 'application/json',
    };
    const moment = fc.record({ dateTime: fc.oneof(fc.constantFrom('2030-01-01T00:00', '2030-01-02T00:00:00', '+275760-01-01', '2030-02-31'), fc.string()), timeZone: fc.constantFrom('UTC', 'x', '') }); // prettier-ignore
    const names = [
      'subject',
      'isAllDay',
      'location',
      'locations',
      'attendees',
      'recurrence',
      'body',
      'categories',
      'extensions',
      'attachments',
      'showAs',
      '__proto__',
    ];
    const fields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(fields, moment, moment, async (given, start, end) => {
        const body = JSON.stringify({ ...given, start, end });
        const reply = await client.send('POST', `${client.url}/v1.0/me/events`, { headers, body });
        expect([201, 400, 413], `${reply.status} ${body}`).toContain(reply.status);
      }),
      { numRuns: 300 },
    );
    expect((await client.get(`/users/${user}/events?$top=1000&$expand=attachments,extensions`)).status).toBe(200);
  });
});
