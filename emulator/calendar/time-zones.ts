import { WINDOWS_ZONES } from '../data/windows-zones.ts';
import { problem } from '../http/problem.ts';

const BY_LOWER_NAME = new Map(Object.entries(WINDOWS_ZONES).map(([name, zone]) => [name.toLowerCase(), zone]));
/** Outlook's own spelling of UTC: learn.microsoft.com/graph/api/resources/datetimetimezone. */
BY_LOWER_NAME.set('tzone://microsoft/utc', 'UTC');

const KNOWN = new Map<string, string | undefined>();
const MOST_KNOWN = 2_000;

/** The zone of the IANA database for an IANA or a Windows name; undefined when nobody knows it. */
export function ianaZone(name: string): string | undefined {
  if (KNOWN.has(name)) return KNOWN.get(name);
  const zone = BY_LOWER_NAME.get(name.toLowerCase()) ?? canonical(name);
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(name, zone);
  return zone;
}

/** ECMAScript also takes offsets such as +01:00 for a zone; Exchange does not. */
function canonical(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known) return known;
  const two = '2-digit';
  const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two, era: 'short' } as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts });
  FORMATS.set(zone, made);
  return made;
}

/** What a zone of the IANA database adds to UTC at a moment. */
export function offsetAt(zone: string, timeMs: number): number {
  if (zone === 'UTC') return 0;
  const found = /(\d+)\D+(\d+)\D+(\d+) (A|B)[^\d]*(\d+):(\d+):(\d+)/.exec(formatOf(zone).format(timeMs));
  if (!found) return 0;
  const [month, day, year, hour, minute, second] = [1, 2, 3, 5, 6, 7].map((index) => Number(found[index]));
  const date = new Date(0);
  date.setUTCFullYear(found[4] === 'B' ? 1 - year! : year!, month! - 1, day!);
  date.setUTCHours(hour!, minute!, second!);
  return date.getTime() - Math.floor(timeMs / 1_000) * 1_000;
}

/** A zone's wall clock at a moment, written as if it were UTC. */
export function wallOf(zone: string, timeMs: number): number {
  return timeMs + offsetAt(zone, timeMs);
}

/**
 * The moment of a wall clock. Of the two moments of an hour that comes twice it is the earlier; an hour that is left out
 * is read by the clock of before, as RFC 5545 has it.
 */
export function momentOfWall(zone: string, wallMs: number): number {
  if (zone === 'UTC') return wallMs;
  const before = wallMs - offsetAt(zone, wallMs - 86_400_000);
  const after = wallMs - offsetAt(zone, wallMs + 86_400_000);
  if (wallOf(zone, before) === wallMs) return before;
  return wallOf(zone, after) === wallMs ? after : before;
}

/** The moment of a dateTimeTimeZone: an offset in its text goes before its zone, and a zone nobody knows is read as UTC. NaN for no time. */
export function momentOfZoned({ dateTime, timeZone }: { readonly dateTime: string; readonly timeZone: string }): number {
  if (/(Z|[+-]\d{2}:\d{2})$/i.test(dateTime)) return Date.parse(dateTime);
  const wallMs = Date.parse(`${dateTime}Z`);
  return Number.isNaN(wallMs) ? wallMs : momentOfWall(ianaZone(timeZone) ?? 'UTC', wallMs);
}

/** A zone of the IANA database by either name. Throws Exchange's 400. */
export function checkedZone(name: string): string {
  const known = ianaZone(name);
  if (known !== undefined) return known;
  const message = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${name}'.`;
  throw problem(400, 'TimeZoneNotSupportedException', message);
}

/** The wall clock of a moment in a zone, as Graph writes it: 2025-01-06T09:00:00.0000000. Throws Exchange's 400. */
export function wallClock(timeMs: number, zone: string): string {
  return wallText(wallOf(checkedZone(zone), timeMs));
}

export function wallText(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}.0000000`;
}
