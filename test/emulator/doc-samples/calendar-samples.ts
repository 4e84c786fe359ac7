import { startEmulator, type TestEmulator } from '../support.ts';
import type { PreparedRoom, Replay } from './sample.ts';

const PACIFIC = 'Pacific Standard Time';
const SCOPES = ['Calendars.ReadWrite', 'Group.ReadWrite.All'];
const GROUP = '02bd9fd6-8f93-4758-87c3-1fb73740a315';

interface Room {
  readonly client: TestEmulator;
  readonly person: { id: string; scopes: string[] };
  write(method: string, path: string, body: object, as?: string): Promise<any>;
}

export const calendarSamples = {
  samples: [
    'calendar-getschedule-1',
    'calendar-list-calendarview-1',
    'calendar-list-events-2',
    'calendargroup-get-1',
    'delta-query-events-1',
    'delta-query-events-3',
    'delta-query-events-4',
    'event-get-1',
    'group-list-events-1',
  ],
  prepare: async (): Promise<PreparedRoom> => {
    const client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } });
    const users = client.emulator.world.users().filter((user) => user.class === 'user');
    const person = { id: users[0]!.id, scopes: SCOPES };
    const write: Room['write'] = async (method, path, body, as = person.id) => {
      const headers = { authorization: `Bearer ${await client.personToken(as, SCOPES)}`, 'content-type': 'application/json' };
      const reply = await client.send(method, `${client.url}/v1.0${path}`, { body: JSON.stringify(body), headers });
      if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      return reply.body;
    };
    const room = { client, person, write };
    return { client, samples: { ...(await eventSamples(room)), ...(await deltaSamples(room)) } };
  },
};

const span = (from: string, to: string, timeZone = 'UTC') => ({ start: { dateTime: from, timeZone }, end: { dateTime: to, timeZone } });

async function eventSamples({ client, person, write }: Room): Promise<Record<string, Replay>> {
  const others = client.emulator.world.users().filter((user) => user.class === 'user' && user.id !== person.id);
  const colleague = others[0]!;
  const attendees = others.slice(0, 2).map((user) => ({ type: 'required', emailAddress: { name: user.displayName, address: user.mail } }));
  await write('POST', '/me/events', { subject: 'In January', ...span('2017-01-03T09:00:00', '2017-01-03T10:00:00', PACIFIC) });
  const india = span('2021-09-14T13:30:00', '2021-09-14T14:00:00', 'India Standard Time');
  const place = { location: { displayName: 'Singapore', uniqueId: 'store-1' } };
  const online = { transactionId: 'f9a93e83', isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' };
  await write('POST', '/me/calendar/events', { subject: 'All APIs Testing', ...india, ...place, attendees, ...online });
  const orientation = await write('POST', '/me/events', {
    ...{ subject: 'Orientation ', body: { contentType: 'html', content: '<p>Dana, this is the time you selected.</p>' } },
    ...{
      ...span('2017-04-21T10:00:00', '2017-04-21T12:00:00', PACIFIC),
      location: { displayName: 'Assembly Hall', uniqueId: 'Assembly Hall' },
    },
    attendees,
  });
  const [copy] = (await client.get(`/users/${colleague.id}/events?$filter=iCalUId eq '${orientation.iCalUId}'`)).body.value;
  const proposedNewTime = span('2019-08-16T12:00:00', '2019-08-16T14:00:00', PACIFIC);
  await write('POST', `/me/events/${copy.id}/tentativelyAccept`, { comment: 'Later?', sendResponse: true, proposedNewTime }, colleague.id);
  const lunch = { subject: "Let's go for lunch", location: { displayName: "Harry's Bar" } };
  const march = (from: string, to: string) => span(`2019-03-15T${from}:00`, `2019-03-15T${to}:00`, PACIFIC);
  await write('POST', '/me/events', { ...lunch, ...march('12:00', '14:00') });
  for (const [from, to, showAs] of [
    ['08:30', '09:30', 'busy'],
    ['12:00', '13:00', 'tentative'],
  ] as const) {
    await write('POST', '/me/events', { subject: 'Busy', ...march(from, to), showAs }, colleague.id);
  }
  const weekly = { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'wednesday', 'friday'], firstDayOfWeek: 'sunday' };
  await write('POST', `/groups/${GROUP}/events`, {
    ...{ subject: 'New Training Plans', ...span('2017-08-14T17:00:00', '2017-08-14T18:00:00', 'Eastern Standard Time') },
    ...{
      location: { displayName: 'HR Taskforce / Facilities' },
      attendees,
      recurrence: { pattern: weekly, range: { type: 'noEnd', startDate: '2017-08-14' } },
    },
  });
  const [group] = (await client.get(`/users/${person.id}/calendarGroups`)).body.value;
  const schedules = [client.emulator.world.findUser(person.id)!.mail, colleague.mail];
  const window = march('08:00', '18:00');
  return {
    'calendar-getschedule-1': { person, body: { schedules, startTime: window.start, endTime: window.end, availabilityViewInterval: 60 } },
    'calendar-list-calendarview-1': { person },
    'calendar-list-events-2': { person },
    'calendargroup-get-1': { person, path: `/me/calendarGroups/${group.id}` },
    'event-get-1': {
      person,
      path: `/me/events/${orientation.id}?$select=subject,body,bodyPreview,organizer,attendees,start,end,location,hideAttendees`,
    },
    'group-list-events-1': { person },
  };
}

/** One chain: two events on the first page, one on the last; then one goes and one with an address comes. */
async function deltaSamples({ client, person, write }: Room): Promise<Record<string, Replay>> {
  const december = (day: string, from: string, to: string) => span(`2016-12-${day}T${from}:00`, `2016-12-${day}T${to}:00`);
  const plan = await write('POST', '/me/events', { subject: 'Plan shopping list', ...december('09', '20:30', '22:00') });
  await write('POST', '/me/events', { subject: 'Pick up car', ...december('10', '01:00', '02:00') });
  await write('POST', '/me/events', { subject: 'Rest!', ...december('12', '02:00', '07:30'), location: { displayName: 'Home' } });
  const window = 'startdatetime=2016-12-01T00:00:00Z&enddatetime=2016-12-30T00:00:00Z';
  const first = await client.get(`/users/${person.id}/calendarView/delta?${window}`, { prefer: 'odata.maxpagesize=2' });
  const tail = (link: string) => `/me/calendarView/delta${new URL(link).search}`;
  const next = tail(first.body['@odata.nextLink']);
  const last = await client.get(first.body['@odata.nextLink'], { prefer: 'odata.maxpagesize=2' });
  const before = async () => {
    const headers = { authorization: `Bearer ${await client.personToken(person.id, SCOPES)}` };
    await client.send('DELETE', `${client.url}/v1.0/me/events/${plan.id}`, { headers });
    const address = { street: '900 Broadway', city: 'Seattle', state: 'WA', countryOrRegion: 'United States', postalCode: '' };
    const location = { displayName: 'Chapel of Saint Ignatius', address, coordinates: { latitude: 47.6105, longitude: -122.321 } };
    await write('POST', '/me/events', { subject: 'Attend service', ...december('25', '06:00', '07:30'), location });
  };
  return {
    'delta-query-events-1': { person },
    'delta-query-events-3': { person, path: next },
    'delta-query-events-4': { person, path: tail(last.body['@odata.deltaLink']), before },
  };
}
