import ICAL from 'ical.js';
import { ianaZone, momentOfWall, offsetAt } from '../../calendar/time-zones.ts';
import { WINDOWS_ZONES } from '../windows-zones.ts';

type Timezone = InstanceType<typeof ICAL.Timezone>;

/** What Outlook calls a zone that it has no name for: learn.microsoft.com/graph/api/resources/event. */
export const CUSTOM_ZONE = 'tzone://Microsoft/Custom';

/**
 * The name under which Exchange keeps a zone of an iCalendar file: its own where it is one of Windows or IANA, also behind
 * a prefix such as /mozilla.org/…/Europe/Berlin; else the first zone of Windows that has the same clock all that year.
 */
export function exchangeZone(tzid: string, of: { zone: Timezone | undefined; year: number }): string {
  const plain = tzid.trim().replace(/^"|"$/g, '');
  if (ianaZone(plain) !== undefined) return plain;
  const tail = /([A-Z][A-Za-z_]+\/[A-Za-z_/+-]+)$/.exec(plain)?.[1];
  if (tail !== undefined && ianaZone(tail) !== undefined) return tail;
  const { zone } = of;
  if (!zone) return CUSTOM_ZONE;
  const moments = Array.from({ length: 24 }, (_, half) => Date.UTC(of.year, Math.floor(half / 2), half % 2 === 0 ? 3 : 18, 12));
  const wanted = moments.map((wallMs) => wallMs - offsetOf(zone, wallMs));
  const found = Object.entries(WINDOWS_ZONES).find(([, iana]) => moments.every((wallMs, at) => momentOfWall(iana, wallMs) === wanted[at]));
  return found?.[0] ?? CUSTOM_ZONE;
}

function offsetOf(zone: Timezone, wallMs: number): number {
  const date = new Date(wallMs);
  const [year, month, day, hour] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
  return zone.utcOffset(new ICAL.Time({ year, month, day, hour, minute: 0, second: 0, isDate: false }, zone)) * 1_000;
}

/** The last local date on which a series may fall whose rule ends at a moment. */
export function lastDate(until: InstanceType<typeof ICAL.Time>, of: { zone: string; startWallMs: number }): string {
  const wall = Date.UTC(
    until.year,
    until.month - 1,
    until.day,
    until.isDate ? 23 : until.hour,
    until.isDate ? 59 : until.minute,
    until.second,
  );
  const isUtc = !until.isDate && until.zone === ICAL.Timezone.utcTimezone;
  const localMs = isUtc ? wall + offsetAt(ianaZone(of.zone) ?? 'UTC', wall) : wall;
  const dayMs = 86_400_000;
  const isBeforeStart = ((localMs % dayMs) + dayMs) % dayMs < ((of.startWallMs % dayMs) + dayMs) % dayMs;
  return new Date(localMs - (isBeforeStart ? dayMs : 0)).toISOString().slice(0, 10);
}
