import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whose calendars the tests of calendars read, and the colleague who shares with her. */
export const ada = 'ada@calendars.example';
export const bob = 'bob@calendars.example';

/** So many that their ids do not fit in one page of a list. */
export const manyEvents = 520;

const event = (uid: string, lines: readonly string[]) => ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'];
const calendar = (...events: string[][]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//trawl//test', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n');
const at = (time: string) => [`DTSTART:${time}T090000Z`, `DTEND:${time}T100000Z`];

/** A week from now, so that series lie in the window in which exceptions are read. */
export const seriesStart = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + 7 * 86_400_000 + 9 * 3_600_000);
const stamp = (date: Date) => `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
export const dayOfSeries = (day: number) => new Date(seriesStart.getTime() + day * 86_400_000);

const own = calendar(
  event('planning', [
    ...['SUMMARY:Planning', 'DESCRIPTION:Agenda at https://wiki.calendars.example/plan', 'LOCATION:Room 7', 'CATEGORIES:Blue'],
    ...['DTSTART;TZID=America/New_York:20260302T090000', 'DTEND;TZID=America/New_York:20260302T100000'],
    `ORGANIZER;CN=Ada:mailto:${ada}`,
    `ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:${bob}`,
    'ATTENDEE;CN=Guest;PARTSTAT=DECLINED;ROLE=OPT-PARTICIPANT:mailto:guest@elsewhere.example',
  ]),
  event('holiday', ['SUMMARY:Holiday', 'DTSTART;VALUE=DATE:20260403', 'DTEND;VALUE=DATE:20260404', 'TRANSP:TRANSPARENT']),
  event('off', ['SUMMARY:Called off', 'STATUS:CANCELLED', ...at('20260305')]),
  event('secret', ['SUMMARY:Clandestine', 'DESCRIPTION:Unspeakable', 'LOCATION:Hideout', 'CLASS:PRIVATE', ...at('20260306')]),
  event('daily', [
    ...['SUMMARY:Stand-up', 'RRULE:FREQ=DAILY;COUNT=10', `DTSTART:${stamp(dayOfSeries(0))}`, `DURATION:PT15M`],
    `EXDATE:${stamp(dayOfSeries(3))}`,
  ]),
  event('daily', [
    ...['SUMMARY:Stand-up, elsewhere', `RECURRENCE-ID:${stamp(dayOfSeries(1))}`],
    ...[`DTSTART:${stamp(new Date(dayOfSeries(1).getTime() + 3_600_000))}`, 'DURATION:PT30M'],
  ]),
);

const many = Array.from({ length: manyEvents }, (_, n) =>
  event(`many-${n}`, [`SUMMARY:Number ${n}`, ...at(`202601${String(1 + (n % 28)).padStart(2, '0')}`)]),
);

/** Writes an organisation of two people: own, shared, subscribed and ownerless calendars. */
export function writeCalendarOrganisation(folder: string): void {
  const organisation = {
    version: 1,
    tenant: { name: 'Calendars', domains: ['calendars.example', 'calendars.onmicrosoft.com'] },
    users: [
      { upn: ada, displayName: 'Ada', aliases: ['ada.alias@calendars.example'] },
      { upn: bob, displayName: 'Bob' },
    ],
    shares: [
      { owner: bob, calendar: 'Calendar', with: [ada], canEdit: true },
      { owner: bob, calendar: 'Team', with: [ada], kind: 'oldStyle' },
    ],
    subscribedCalendars: [
      { mailbox: ada, calendar: 'Football', owner: 'self' },
      { mailbox: ada, calendar: 'Weather', owner: 'none' },
    ],
  };
  const files = {
    [`${ada}/calendars/Calendar.ics`]: own,
    [`${ada}/calendars/Projects.ics`]: calendar(...many),
    [`${ada}/calendars/Football.ics`]: calendar(event('match', ['SUMMARY:Match', ...at('20260307')])),
    [`${ada}/calendars/Weather.ics`]: calendar(),
    [`${bob}/calendars/Calendar.ics`]: calendar(event('of-bob', ['SUMMARY:Of Bob', ...at('20260308')])),
    [`${bob}/calendars/Team.ics`]: calendar(event('of-team', ['SUMMARY:Of the team', ...at('20260309')])),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'organisation.json'), JSON.stringify(organisation));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'mailboxes', path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }
}
