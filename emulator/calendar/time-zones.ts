import { problem } from '../http/problem.ts';

/** The Windows names that Outlook clients send most, with the zone of the IANA database that CLDR gives for each. */
const WINDOWS_ZONES: Readonly<Record<string, string>> = {
  utc: 'UTC',
  'gmt standard time': 'Europe/London',
  'greenwich standard time': 'Atlantic/Reykjavik',
  'w. europe standard time': 'Europe/Berlin',
  'romance standard time': 'Europe/Paris',
  'central europe standard time': 'Europe/Budapest',
  'central european standard time': 'Europe/Warsaw',
  'e. europe standard time': 'Europe/Chisinau',
  'fle standard time': 'Europe/Kyiv',
  'gtb standard time': 'Europe/Bucharest',
  'russian standard time': 'Europe/Moscow',
  'turkey standard time': 'Europe/Istanbul',
  'eastern standard time': 'America/New_York',
  'central standard time': 'America/Chicago',
  'mountain standard time': 'America/Denver',
  'pacific standard time': 'America/Los_Angeles',
  'e. south america standard time': 'America/Sao_Paulo',
  'india standard time': 'Asia/Kolkata',
  'china standard time': 'Asia/Shanghai',
  'tokyo standard time': 'Asia/Tokyo',
  'singapore standard time': 'Asia/Singapore',
  'aus eastern standard time': 'Australia/Sydney',
};

/** The zone of the IANA database for an IANA or a Windows name; undefined when nobody knows it. */
export function ianaZone(name: string): string | undefined {
  const windows = WINDOWS_ZONES[name.toLowerCase()];
  if (windows !== undefined) return windows;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The wall clock of a moment in a zone, as Graph writes it: 2025-01-06T09:00:00.0000000. Throws Exchange's 400. */
export function wallClock(timeMs: number, zone: string): string {
  if (zone.toUpperCase() === 'UTC') return `${new Date(timeMs).toISOString().slice(0, 19)}.0000000`;
  const known = ianaZone(zone);
  if (known === undefined) {
    const message = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${zone}'.`;
    throw problem(400, 'TimeZoneNotSupportedException', message);
  }
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: known, dateStyle: 'short', timeStyle: 'medium' });
  return `${format.format(timeMs).replace(' ', 'T')}.0000000`;
}
