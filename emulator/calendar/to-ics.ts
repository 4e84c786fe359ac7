import { escaped } from '../mail/to-ics.ts';

/** An attached event as iCalendar, which is what its $value gives: learn.microsoft.com/graph/api/attachment-get. */
export function toIcs(item: Readonly<Record<string, unknown>>): string {
  const lines = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Microsoft Corporation//Exchange Server//EN', 'BEGIN:VEVENT'],
    `SUMMARY:${escaped(typeof item['subject'] === 'string' ? item['subject'] : '')}`,
    ...momentLine('DTSTART', item['start']),
    ...momentLine('DTEND', item['end']),
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ];
  return lines.join('\r\n');
}

function momentLine(name: string, value: unknown): string[] {
  const { dateTime, timeZone } = (value ?? {}) as { dateTime?: unknown; timeZone?: unknown };
  if (typeof dateTime !== 'string') return [];
  const stamp = dateTime.slice(0, 19).replaceAll(/[^\dT]/g, '');
  return [timeZone === 'UTC' ? `${name}:${stamp}Z` : `${name};TZID="${String(timeZone).replaceAll(/["\r\n]/g, '')}":${stamp}`];
}
