import type { CoverageRow } from '../coverage-row.ts';

const calendars = 'test/crawl/calendars.test.ts';

export const calendarRows: readonly CoverageRow[] = [
  {
    area: 'calendar',
    what: 'Own calendars read; shared, subscribed and ownerless ones named',
    test: {
      file: calendars,
      name: 'calendars of the mailbox are read, those of others are named with their owner, and one without an owner is named as read',
    },
    mutation: { file: 'activities/own-calendars.ts', find: 'owner === null || (isMine', replace: 'owner !== undefined || (isMine' },
  },
  {
    area: 'calendar',
    what: 'Own under any alias',
    test: { file: 'activities/own-calendars.test.ts', name: 'calendars of a mailbox are read when own: one that I own under an alias' },
    mutation: {
      file: 'activities/own-calendars.ts',
      find: 'mine.has(owner.toLowerCase())',
      replace: 'owner.toLowerCase() === [...mine][0]',
    },
  },
  {
    area: 'calendar',
    what: 'Old-style shares without an owner that answer 500',
    test: { file: calendars, name: 'calendars that nobody owns and Graph cannot read hold nothing up, and are read once they can be' },
    mutation: { file: 'activities/sync-calendars.ts', find: '.status === 500)', replace: '.status === 599)' },
  },
  {
    area: 'calendar',
    what: 'Single, all-day and cancelled events: attendees with answers, zones, place, organiser',
    test: { file: calendars, name: 'calendars have events with people and their answers, place, zones, link and times' },
    mutation: { file: 'activities/map-event.ts', find: 'attendees: told(event.attendees, toAttendees),', replace: '' },
  },
  {
    area: 'calendar',
    what: 'Series with pattern, cancelled days and changed occurrences',
    test: { file: calendars, name: 'calendars have series with their pattern and cancelled days, and each changed occurrence' },
    mutation: { file: 'activities/walk-calendar.ts', find: "event.type === 'seriesMaster'", replace: "event.type === 'none'" },
  },
  {
    area: 'calendar',
    what: 'Calendar attachments are never fetched',
    test: { file: calendars, name: 'calendars never have their attachments fetched' },
    mutation: {
      file: 'activities/map-event.ts',
      find: 'attachmentsKey: null,',
      replace: "attachmentsKey: event.type === 'seriesMaster' ? 'read them' : null,",
    },
  },
  {
    area: 'change',
    what: 'Occurrences changed and cancelled',
    test: { file: calendars, name: 'a change of one occurrence is stored, followed, and gone when the occurrence is cancelled' },
    mutation: {
      file: 'activities/calendar-plan.ts',
      find: 'if (event.isMaster && (isDiffering || allMasters))',
      replace: 'if (event.isMaster && allMasters)',
    },
  },
  {
    area: 'change',
    what: 'Events edited and deleted',
    test: { file: calendars, name: 'a change of times and words is seen, and a deletion too' },
    mutation: {
      file: 'activities/calendar-plan.ts',
      find: 'stored === undefined || stored.changeKey !== listed.changeKey',
      replace: 'stored === undefined',
    },
  },
  {
    area: 'change',
    what: 'A cycle in which nothing changed in a calendar: one list, nothing written',
    test: { file: calendars, name: 'a change that did not happen costs a list for each calendar, and writes nothing' },
    mutation: {
      file: 'activities/calendar-plan.ts',
      find: 'if (isDiffering) plan.differing.push(id);',
      replace: 'plan.differing.push(id);',
    },
  },
  {
    area: 'fault',
    what: 'A list of events that ends early takes nothing away',
    test: { file: calendars, name: 'what Graph does not tell by a list that ends early takes nothing away' },
    mutation: { file: 'activities/calendar-list.ts', find: 'return list.events.size >= count;', replace: 'return true;' },
  },
  {
    area: 'skip',
    what: 'Changed occurrences that cannot be read',
    test: {
      file: calendars,
      name: 'what Graph does not tell of the changed occurrences of a series is a skip, and is read in the next cycle',
    },
    mutation: { file: 'activities/calendar-changes.ts', find: 'documents: [...documents, withoutKey(id)]', replace: 'documents' },
  },
  {
    area: 'calendar',
    what: 'Private events by policy: full, busy only, none; following a changed policy, in search too',
    test: { file: calendars, name: 'private events are stored whole, as busy time only, not at all, and whole again, as the policy says' },
    mutation: {
      file: 'activities/private-events.ts',
      find: "return policy === 'none' ? null : toBusyOnly(write);",
      replace: 'return write;',
    },
  },
];
