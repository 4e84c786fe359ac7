import { describe, expect, test } from 'vitest';
import { WINDOWS_ZONES } from '../data/windows-zones.ts';
import { ianaZone, momentOfWall, offsetAt, wallClock } from './time-zones.ts';

describe('a time zone', () => {
  test('of Windows is known by any spelling of its name, and stands for a zone that this machine has', () => {
    expect(Object.keys(WINDOWS_ZONES).length).toBeGreaterThan(138);
    for (const [name, zone] of Object.entries(WINDOWS_ZONES)) {
      expect(() => new Intl.DateTimeFormat('en', { timeZone: zone }), name).not.toThrow();
      expect(ianaZone(name.toUpperCase())).toBe(zone);
    }
    expect(['+01:00', 'Middle Earth', ''].map(ianaZone)).toEqual([undefined, undefined, undefined]);
  });

  test('shows moments exactly on both sides of a change of clocks', () => {
    expect(wallClock(Date.parse('2026-03-08T09:59:59Z'), 'Pacific Standard Time')).toBe('2026-03-08T01:59:59.0000000');
    expect(wallClock(Date.parse('2026-03-08T10:00:00Z'), 'Pacific Standard Time')).toBe('2026-03-08T03:00:00.0000000');
    expect(wallClock(Date.parse('2026-11-01T08:59:59Z'), 'America/Los_Angeles')).toBe('2026-11-01T01:59:59.0000000');
    expect(wallClock(Date.parse('2026-11-01T09:00:00Z'), 'America/Los_Angeles')).toBe('2026-11-01T01:00:00.0000000');
  });

  test('turns a wall clock back into its moment', () => {
    for (const zone of ['Europe/Berlin', 'Asia/Kolkata', 'Pacific/Kiritimati', 'America/St_Johns', 'Australia/Lord_Howe']) {
      for (let timeMs = Date.UTC(2026, 0); timeMs < Date.UTC(2027, 0); timeMs += 10_800_000 * 5) {
        const wall = timeMs + offsetAt(zone, timeMs);
        expect(momentOfWall(zone, wall) + offsetAt(zone, momentOfWall(zone, wall))).toBe(wall);
      }
    }
    expect(momentOfWall('Europe/Berlin', Date.UTC(2026, 9, 25, 2, 30))).toBe(Date.parse('2026-10-25T00:30:00Z'));
    expect(momentOfWall('Europe/Berlin', Date.UTC(2026, 2, 29, 2, 30))).toBe(Date.parse('2026-03-29T01:30:00Z'));
  });
});
