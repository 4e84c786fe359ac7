import { EMPTY_EVENTS } from '../model.ts';
import type { Attendee, CalendarBase, EventContent, EventException, EventSource, Person, Recurrence } from '../model.ts';
import { hash32, randomOf, type Random } from '../random.ts';
import { WEEKDAYS } from '../weekdays.ts';
import type { SeedMailbox } from './mailbox.ts';
import { PHRASES, PLACES, PROJECTS } from './words.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The default calendar, sometimes a second own one, holidays (subscribed, read-only) and a colleague's shared one. */
export function seedCalendars(options: SeedMailbox): CalendarBase[] {
  const address = options.user.mail ?? options.user.upn;
  const self: Person = { name: options.user.displayName, address };
  const random = randomOf(options.seed, address, 'calendars');
  const own = { owner: self, canEdit: true, group: 'mine' } as const;
  const main = eventSource(options, { key: 'calendar', count: 8 + random.below(16), self });
  const calendars: CalendarBase[] = [{ key: 'calendar', name: 'Calendar', isDefault: true, color: 'auto', events: main, ...own }];
  if (options.user.class !== 'user') return calendars;
  if (random.chance(0.3)) {
    const events = eventSource(options, { key: 'planning', count: 2 + random.below(6), self });
    calendars.push({ key: 'planning', name: 'Planning', isDefault: false, color: 'lightBlue', events, ...own });
  }
  const holidays = eventSource(options, { key: 'holidays', count: 6, self });
  calendars.push({
    key: 'holidays',
    name: 'Holidays',
    isDefault: false,
    owner: self,
    canEdit: false,
    color: 'lightGreen',
    group: 'other',
    events: holidays,
  });
  const owner = options.colleague(random);
  if (random.chance(0.4) && owner.address !== address) {
    // Three of four can be read; the others were shared in the way of before 2018, and can only be listed.
    const isOldStyle = random.chance(0.25);
    calendars.push({
      ...{ key: 'shared', name: owner.name, isDefault: false, owner, color: 'auto', group: 'people', events: EMPTY_EVENTS },
      canEdit: !isOldStyle && random.chance(0.3),
      ...(isOldStyle
        ? { kind: 'oldStyleShare' as const }
        : { kind: 'shared' as const, share: { owner: owner.address, calendarKey: 'calendar' } }),
    });
  }
  return calendars;
}

function eventSource(options: SeedMailbox, of: { key: string; count: number; self: Person }): EventSource {
  const { key, count } = of;
  return {
    count,
    keyOf: (index) => `${key}.${index}`,
    indexOf: (eventKey) => {
      const index = eventKey.startsWith(`${key}.`) ? Number(eventKey.slice(key.length + 1)) : -1;
      return Number.isInteger(index) && index >= 0 && index < count && eventKey === `${key}.${index}` ? index : -1;
    },
    load: (index) => seedEvent(options, { ...of, index }),
  };
}

function seedEvent(options: SeedMailbox, of: { key: string; index: number; self: Person }): EventContent {
  const random = randomOf(options.seed, of.self.address, of.key, 'event', of.index);
  const phrases = PHRASES[options.user.language] ?? PHRASES['en']!;
  const isAllDay = of.key === 'holidays' || random.chance(0.1);
  const day = Math.floor(options.anchorMs / DAY_MS) - 300 + random.below(420);
  const startMs = day * DAY_MS + (isAllDay ? 0 : (7 + random.below(10)) * HOUR_MS);
  const endMs = startMs + (isAllDay ? DAY_MS : (1 + random.below(4)) * (HOUR_MS / 2));
  const organizer = random.chance(0.6) || of.key !== 'calendar' ? of.self : options.colleague(random);
  const project = random.pick(PROJECTS);
  const recurrence = of.key === 'calendar' && random.chance(0.3) ? recurrenceOf(random, startMs) : null;
  const sentence = random.pick(phrases.sentences).replaceAll(/\{(\w+)\}/g, () => project);
  const content = `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body><p>${sentence}</p></body></html>`;
  const uid = hash32(`${options.seed}/${organizer.address}/${of.key}/${of.index}`).toString(16).padStart(8, '0');
  return {
    subject:
      of.key === 'holidays'
        ? `Bank holiday ${of.index + 1}`
        : `${project}: ${random.pick(['review', 'planning', 'stand-up', 'interview', 'Übergabe', 'réunion'])}`,
    body: { contentType: 'html', content },
    ...{ startMs, endMs, isAllDay, timeZone: 'UTC', isCancelled: false },
    location: isAllDay ? '' : `${random.pick(PLACES)} ${random.below(5) + 1}.${random.below(20) + 1}`,
    organizer,
    isOrganizer: organizer.address === of.self.address,
    attendees: of.key === 'holidays' ? [] : attendeesOf(options, { random, organizer }),
    recurrence,
    ...(recurrence ? exceptionsOf(random, { recurrence, startMs, endMs, subject: project }) : {}),
    iCalUId: `040000008200E00074C5B7101A82E00800000000${uid.toUpperCase()}D901000000000000000010000000${uid.toUpperCase()}0000000000000000`,
    showAs: of.key === 'holidays' ? 'free' : 'busy',
    sensitivity: random.chance(0.05) ? 'private' : 'normal',
    categories: [],
    createdMs: startMs - (1 + random.below(30)) * DAY_MS,
  };
}

function attendeesOf(options: SeedMailbox, parts: { random: Random; organizer: Person }): Attendee[] {
  const responses = ['none', 'accepted', 'tentativelyAccepted', 'declined'] as const;
  return Array.from({ length: parts.random.below(4) }, () => ({
    ...options.colleague(parts.random),
    type: 'required' as const,
    response: parts.random.pick(responses),
  }));
}

/** Some weekly series have one occurrence moved by an hour and one taken out. */
function exceptionsOf(
  random: Random,
  series: { recurrence: Recurrence; startMs: number; endMs: number; subject: string },
): { exceptions?: EventException[] } {
  const { pattern } = series.recurrence;
  if (pattern['type'] !== 'weekly' || !random.chance(0.5)) return {};
  const at = (week: number) => series.startMs + week * Number(pattern['interval']) * 7 * DAY_MS;
  const shiftMs = at(1) - series.startMs + HOUR_MS;
  const moved = { subject: `${series.subject}: moved`, startMs: series.startMs + shiftMs, endMs: series.endMs + shiftMs };
  return {
    exceptions: [
      { originalStartMs: at(1), isCancelled: false, patch: moved },
      { originalStartMs: at(2), isCancelled: true, patch: {} },
    ],
  };
}

function recurrenceOf(random: Random, startMs: number): Recurrence {
  const start = new Date(startMs);
  const startDate = start.toISOString().slice(0, 10);
  const weekly = random.chance(0.7);
  const pattern = weekly
    ? {
        type: 'weekly',
        interval: 1 + random.below(2),
        month: 0,
        dayOfMonth: 0,
        daysOfWeek: [WEEKDAYS[start.getUTCDay()]!],
        firstDayOfWeek: 'sunday',
        index: 'first',
      }
    : {
        type: 'absoluteMonthly',
        interval: 1,
        month: 0,
        dayOfMonth: Math.min(28, start.getUTCDate()),
        firstDayOfWeek: 'sunday',
        index: 'first',
      };
  const numbered = {
    type: 'numbered',
    startDate,
    endDate: '0001-01-01',
    recurrenceTimeZone: 'UTC',
    numberOfOccurrences: 4 + random.below(20),
  };
  const endless = { type: 'noEnd', startDate, endDate: '0001-01-01', recurrenceTimeZone: 'UTC', numberOfOccurrences: 0 };
  return { pattern, range: random.chance(0.7) ? numbered : endless };
}
