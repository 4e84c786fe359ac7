import { momentOfZoned } from '../calendar/time-zones.ts';
import type { AttachedContact } from '../data/model.ts';
import type { IcsEvent } from './to-ics.ts';

type Entity = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const part = (value: unknown): Entity => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entity) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An attached event that a client gave as JSON, as far as iCalendar needs it. */
export function eventOfEntity(entity: Entity): IcsEvent {
  const isAllDay = entity['isAllDay'] === true;
  const time = (value: unknown) => {
    const { dateTime, timeZone } = part(value);
    // Of an all-day event the date counts, whatever its zone.
    const timeMs = momentOfZoned({ dateTime: text(dateTime), timeZone: isAllDay ? 'UTC' : text(timeZone) });
    return Number.isNaN(timeMs) ? 0 : timeMs;
  };
  return {
    subject: text(entity['subject']),
    ...{ startMs: time(entity['start']), endMs: time(entity['end']), isAllDay },
    location: text(part(entity['location'])['displayName']),
    iCalUId: text(entity['iCalUId']) || 'attached-event',
  };
}

export function contactOfEntity(entity: Entity): AttachedContact {
  return {
    displayName: text(entity['displayName']),
    ...{ givenName: text(entity['givenName']) || null, surname: text(entity['surname']) || null },
    emails: list(entity['emailAddresses']).map((value) => ({ name: text(part(value)['name']), address: text(part(value)['address']) })),
    ...{ companyName: text(entity['companyName']) || null, jobTitle: text(entity['jobTitle']) || null },
    ...{ businessPhones: list(entity['businessPhones']).map(text), mobilePhone: text(entity['mobilePhone']) || null },
  };
}
