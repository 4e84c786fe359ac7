import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Reply, type TestEmulator } from './support.ts';

const GROUP = '02bd9fd6-8f93-4758-87c3-1fb73740a315';
const at = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone });

describe('a person who writes into calendars', () => {
  let client: TestEmulator;
  let ann: { id: string; mail: string | null };
  let ben: { id: string; mail: string | null };
  const send = async (method: string, path: string, body?: object, as = ann.id): Promise<Reply> => {
    const authorization = `Bearer ${await client.personToken(as, ['Calendars.ReadWrite', 'Group.ReadWrite.All', 'Mail.Read'])}`;
    const headers = { authorization, 'content-type': 'application/json', prefer: 'IdType="ImmutableId"' };
    const url = path.startsWith('https:') ? path : `${client.url}/v1.0${path}`;
    return client.send(method, url, { headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  };

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 8, messagesPerMailbox: 2 } });
    const users = client.emulator.world.users().filter((user) => user.class === 'user');
    [ann, ben] = [users[0]!, users[1]!];
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('makes an event once per transactionId, changes it and takes it away', async () => {
    const event = {
      subject: 'Plan',
      start: at('2030-05-02T09:00:00', 'Romance Standard Time'),
      end: at('2030-05-02T10:00:00', 'Romance Standard Time'),
    };
    const made = await send('POST', '/me/events', { ...event, transactionId: 't-1', body: { contentType: 'text', content: 'a<b' } });
    expect([made.status, made.body.start.dateTime, made.body.originalStartTimeZone]).toEqual([
      ...[201, '2030-05-02T07:00:00.0000000', 'Romance Standard Time'],
    ]);
    expect(made.headers['preference-applied']).toBe('IdType="ImmutableId"');
    expect((await send('POST', '/me/events', { ...event, transactionId: 't-1' })).status).toBe(409);
    const changed = await send('PATCH', `/me/events/${made.body.id}`, { subject: 'Plan B', showAs: 'oof', importance: 'high' });
    expect(changed.body).toMatchObject({ subject: 'Plan B', showAs: 'oof', importance: 'high' });
    expect(changed.headers['preference-applied']).toBe('IdType="ImmutableId"');
    expect(changed.body.changeKey).not.toBe(made.body.changeKey);
    expect((await send('DELETE', `/me/events/${made.body.id}`)).status).toBe(204);
    expect((await send('GET', `/me/events/${made.body.id}`)).status).toBe(404);
  });

  test('may write true, false and numbers as text, since the OData library converts them', async () => {
    const event = { subject: 'As text', start: at('2030-05-03T00:00:00'), end: at('2030-05-04T00:00:00') };
    const literals = { isAllDay: 'true', isOnlineMeeting: 'false', isReminderOn: 'True', reminderMinutesBeforeStart: '20' };
    const made = await send('POST', '/me/events', { ...event, ...literals });
    expect([made.status, made.body]).toMatchObject([
      201,
      { isAllDay: true, isOnlineMeeting: false, isReminderOn: true, reminderMinutesBeforeStart: 20 },
    ]);
    for (const wrong of [{ isAllDay: 'yes' }, { isAllDay: 1 }, { reminderMinutesBeforeStart: 'soon' }]) {
      const { status, body } = await send('PATCH', `/me/events/${made.body.id}`, wrong);
      expect([wrong, status, body.error?.code]).toEqual([wrong, 400, 'RequestBodyRead']);
    }
  });

  test('changes and takes out single occurrences of a series', async () => {
    const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' };
    const recurrence = { pattern, range: { type: 'endDate', startDate: '2030-01-01', endDate: '2030-02-28' } };
    const made = await send('POST', '/me/events', {
      subject: 'Weekly',
      start: at('2030-01-01T09:00:00'),
      end: at('2030-01-01T10:00:00'),
      recurrence,
    });
    const path = `/me/events/${made.body.id}`;
    const window = 'startDateTime=2030-01-01&endDateTime=2030-03-01';
    const instances = (await send('GET', `${path}/instances?${window}&$top=50`)).body.value;
    expect(instances).toHaveLength(9);
    await send('PATCH', `/me/events/${instances[1].id}`, { subject: 'Other', location: { displayName: 'Elsewhere' } });
    expect((await send('DELETE', `/me/events/${instances[2].id}`)).status).toBe(204);
    const master = (await send('GET', `${path}?$expand=exceptionOccurrences&$select=subject,cancelledOccurrences`)).body;
    expect(master.exceptionOccurrences.map((event: any) => [event.subject, event.id])).toEqual([['Other', instances[1].id]]);
    expect(master.cancelledOccurrences).toHaveLength(1);
    expect((await send('GET', `${path}/instances?${window}&$top=50`)).body.value).toHaveLength(8);
    const moved = await send('PATCH', path, { start: at('2030-01-01T11:00:00'), end: at('2030-01-01T12:00:00') });
    expect(moved.status).toBe(200);
    expect((await send('GET', `${path}/exceptionOccurrences`)).body.value).toEqual([]);
  });

  test('invites a colleague, who answers; both are told by mail', async () => {
    const attendees = [{ type: 'required', emailAddress: { address: ben.mail } }];
    const made = await send('POST', '/me/events', {
      subject: 'Together',
      start: at('2030-06-03T09:00:00'),
      end: at('2030-06-03T10:00:00'),
      attendees,
    });
    const found = await send('GET', `/me/events?$filter=iCalUId eq '${made.body.iCalUId}'`, undefined, ben.id);
    expect(found.body.value[0]).toMatchObject({ isOrganizer: false, responseStatus: { response: 'notResponded' }, showAs: 'tentative' });
    const accepted = await send('POST', `/me/events/${found.body.value[0].id}/accept`, { comment: 'Gladly' }, ben.id);
    expect(accepted.status).toBe(202);
    const after = (await send('GET', `/me/events/${made.body.id}`)).body;
    expect(after.attendees[0].status.response).toBe('accepted');
    expect((await send('POST', `/me/events/${made.body.id}/accept`, {})).status).toBe(400);
    expect((await send('POST', `/me/events/${made.body.id}/cancel`, {})).status).toBe(202);
    expect((await send('GET', `/me/events/${found.body.value[0].id}`, undefined, ben.id)).body.isCancelled).toBe(true);
    const inbox = async (as: string) =>
      (await send('GET', '/me/mailFolders/inbox/messages?$filter=receivedDateTime ge 2026-11-02&$top=50', undefined, as)).body.value;
    const told = (messages: any[]) => messages.map((message) => [message['@odata.type'], message.meetingMessageType, message.subject]);
    expect(told(await inbox(ben.id)).toSorted()).toEqual([
      ['#microsoft.graph.eventMessage', 'meetingCancelled', 'Canceled: Together'],
      ['#microsoft.graph.eventMessageRequest', 'meetingRequest', 'Together'],
    ]);
    const [answer] = await inbox(ann.id);
    expect(told([answer])).toEqual([['#microsoft.graph.eventMessageResponse', 'meetingAccepted', 'Accepted: Together']]);
    expect(answer.body.content).toContain('Gladly');
  });

  test('puts files, events and links onto an event', async () => {
    const made = await send('POST', '/me/events', {
      subject: 'Files',
      start: at('2030-07-03T00:00:00'),
      end: at('2030-07-04T00:00:00'),
      isAllDay: true,
    });
    const path = `/me/events/${made.body.id}/attachments`;
    // Names that every JavaScript object has are no kinds of attachment.
    const odd = { '@odata.type': '#microsoft.graph.constructor', name: 'odd' };
    expect((await send('POST', path, odd)).status).toBe(400);
    const type = (name: string) => `#microsoft.graph.${name}Attachment`;
    const contentBytes = Buffer.from('hello').toString('base64');
    const file = await send('POST', path, { '@odata.type': type('file'), name: 'a.txt', contentType: 'text/plain', contentBytes });
    const item = { '@odata.type': '#microsoft.graph.event', subject: 'Inner', start: at('2030-07-03T00:00:00') };
    const inner = await send('POST', path, { '@odata.type': type('item'), name: 'Inner', item });
    const link = await send('POST', path, { '@odata.type': type('reference'), name: 'Link' });
    expect([file.status, inner.status, link.status]).toEqual([201, 201, 201]);
    expect((await send('GET', `${path}/${file.body.id}/$value`)).bytes.toString()).toBe('hello');
    expect((await send('GET', `${path}/${inner.body.id}/$value`)).bytes.toString()).toContain('SUMMARY:Inner');
    expect((await send('GET', `${path}/${link.body.id}/$value`)).status).toBe(405);
    const event = (await send('GET', `/me/events/${made.body.id}?$expand=attachments`)).body;
    expect([event.hasAttachments, event.attachments.length, event.start.dateTime.slice(11, 16)]).toEqual([true, 3, '00:00']);
  });

  test('is refused what Exchange would not keep, in words', async () => {
    const times = { start: at('2030-05-02T09:00:00'), end: at('2030-05-02T10:00:00') };
    const bad: object[] = [
      ...[
        { subject: 'no times' },
        { ...times, end: at('2029-01-01T00:00:00') },
        { ...times, start: at('never') },
        { ...times, subject: 7 },
      ],
      ...[
        { ...times, isAllDay: true },
        { ...times, start: at('2030-05-02T09:00:00', 'Middle Earth') },
        { ...times, colour: 'red' },
      ],
      ...[
        { ...times, recurrence: { pattern: { type: 'weekly', interval: 0 }, range: {} } },
        { ...times, attendees: ['x'] },
        { ...times, attendees: {} },
      ],
      {
        ...times,
        recurrence: {
          pattern: { type: 'daily', interval: 1 },
          range: { type: 'numbered', startDate: '2030-05-02', numberOfOccurrences: 1e9 },
        },
      },
    ];
    for (const body of bad) expect((await send('POST', '/me/events', body)).status, JSON.stringify(body)).toBe(400);
    expect(
      (
        await client.send('POST', `${client.url}/v1.0/users/${ann.id}/events`, {
          headers: { authorization: `Bearer ${await client.appToken()}` },
        })
      ).status,
    ).toBe(403);
  });

  test('makes, renames and deletes calendars and their groups', async () => {
    const group = (await send('POST', '/me/calendarGroups', { name: 'Club' })).body;
    const calendar = (await send('POST', `/me/calendarGroups/${group.id}/calendars`, { name: 'Chess' })).body;
    expect((await send('POST', '/me/calendars', { name: 'chess' })).status).toBe(409);
    expect((await send('PATCH', `/me/calendars/${calendar.id}`, { name: 'Go', color: 'lightPink' })).body).toMatchObject({
      name: 'Go',
      color: 'lightPink',
    });
    const event = await send('POST', `/me/calendars/${calendar.id}/events`, {
      subject: 'Match',
      start: at('2030-05-02T09:00:00'),
      end: at('2030-05-02T10:00:00'),
    });
    expect((await send('GET', `/me/calendars/${calendar.id}/events/${event.body.id}`)).status).toBe(200);
    expect((await send('DELETE', `/me/calendarGroups/${group.id}`)).status).toBe(400);
    expect((await send('DELETE', `/me/calendars/${calendar.id}`)).status).toBe(204);
    expect((await send('GET', `/me/events/${event.body.id}`)).status).toBe(404);
    expect((await send('DELETE', `/me/calendarGroups/${group.id}`)).status).toBe(204);
    expect((await send('DELETE', '/me/calendar')).status).toBe(400);
  });

  test('reads a group’s calendar, which an app may not', async () => {
    await client.control('POST', `/groups/${GROUP}/events`, { subject: 'All of us', start: '2030-05-02T09:00:00Z' });
    const read = await send('GET', `/groups/${GROUP}/calendarView?startDateTime=2030-05-01&endDateTime=2030-06-01`);
    expect(read.body.value.map((event: any) => event.subject)).toEqual(['All of us']);
    expect((await client.get(`/groups/${GROUP}/events`)).status).toBe(403);
  });

  test('sees a shared calendar’s events under other ids, private ones veiled, and an old-style share fail', async () => {
    const event = { start: at('2030-08-02T09:00:00'), end: at('2030-08-02T10:00:00') };
    const open = (await send('POST', '/me/events', { subject: 'Open', ...event })).body;
    await send('POST', '/me/events', { subject: 'Secret', sensitivity: 'private', ...event });
    const share = (kind: string) =>
      client.control('POST', `/mailboxes/${ben.id}/calendars`, { kind, name: 'Ann', owner: ann.mail, canEdit: true });
    const [shared, old] = [(await share('shared')).body, (await share('oldStyleShare')).body];
    const view = `/me/calendars/${shared.id}/calendarView?startDateTime=2030-08-01&endDateTime=2030-09-01`;
    const { value: seen } = (await send('GET', view, undefined, ben.id)).body;
    const value = seen.filter((entry: any) => entry.type === 'singleInstance');
    expect(value.map((entry: any) => entry.subject)).toEqual(['Open', 'Private Appointment']);
    expect(value[0].id === open.id).toBe(false);
    expect(value[0].iCalUId).toBe(open.iCalUId);
    await send('PATCH', `/me/events/${value[0].id}`, { subject: 'Edited by Ben' }, ben.id);
    expect((await send('GET', `/me/events/${open.id}`)).body.subject).toBe('Edited by Ben');
    const failed = await send('GET', `/me/calendars/${old.id}/events`, undefined, ben.id);
    expect([failed.status, failed.body.error.code]).toEqual([500, 'ErrorInternalServerTransientError']);
    expect((await send('GET', `/users/${ann.id}/events`, undefined, ben.id)).status).toBe(403);
  });

  test('is reminded, counts, sorts and filters', async () => {
    const window = "StartDateTime='2030-08-01T00:00:00',EndDateTime='2030-09-01T00:00:00'";
    const reminders = (await send('GET', `/me/reminderView(${window})`)).body.value;
    expect(reminders.map((reminder: any) => reminder.eventSubject)).toEqual(expect.arrayContaining(['Edited by Ben', 'Secret']));
    const sorted = (await send('GET', "/me/events?$orderby=start/dateTime desc&$filter=start/dateTime ge '2030-08-01T00:00'&$count=true"))
      .body;
    expect(sorted['@odata.count']).toBe(2);
    expect((await send('GET', "/me/events/$count?$filter=contains(subject,'secret')")).body).toBe('1');
    expect((await send('GET', '/me/events?$orderby=colour')).status).toBe(400);
    expect((await send('GET', '/me/events?$expand=colour')).status).toBe(400);
  });

  test('gets a schedule and answers with parameters in the case of the metadata, as SDKs send them', async () => {
    const body = {
      Schedules: [ben.mail],
      StartTime: at('2031-05-05T08:00:00'),
      EndTime: at('2031-05-05T10:00:00'),
      AvailabilityViewInterval: 60,
    };
    const schedule = await send('POST', '/me/calendar/getSchedule', body);
    expect([schedule.status, schedule.body.value?.[0].availabilityView]).toEqual([200, '00']);
    const times = { start: at('2031-05-05T08:00:00'), end: at('2031-05-05T09:00:00') };
    const attendees = [{ emailAddress: { address: ben.mail }, type: 'required' }];
    const { id } = (await send('POST', '/me/events', { subject: 'Metadata', ...times, attendees })).body;
    const theirs = (await send('GET', "/me/events?$filter=subject eq 'Metadata'", undefined, ben.id)).body.value[0].id;
    expect((await send('POST', `/me/events/${theirs}/accept`, { SendResponse: false, Comment: 'Fine' }, ben.id)).status).toBe(202);
    expect((await send('GET', `/me/events/${id}`)).body.attendees[0].status.response).toBe('none');
  });
});
