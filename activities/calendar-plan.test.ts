import { describe, expect, it } from 'vitest';
import type { PrivateEventPolicy } from '../contract/policy.ts';
import type { StreamCalendar } from '../contract/stream.ts';
import type { PresentEvent } from '../store/types.ts';
import { planCalendar, type ListedEvent } from './calendar-plan.ts';

const now = new Date('2026-05-01T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const listed = (change: Partial<ListedEvent> = {}): ListedEvent => ({ changeKey: 'k', isMaster: false, sensitivity: 'normal', ...change });
const stored = (change: Partial<PresentEvent> = {}): PresentEvent => ({
  ...{ changeKey: 'k', busyOnly: false, sensitivity: 'normal', exceptionOf: null, startAt: now },
  ...change,
});

function plan(given: {
  listed: Record<string, ListedEvent>;
  present?: Record<string, PresentEvent>;
  policy?: PrivateEventPolicy;
  before?: Partial<StreamCalendar> | null;
}) {
  const policy = given.policy ?? 'full';
  const before = given.before === null ? null : { mastersReadAt: daysAgo(1), countedAt: now, privateEvents: policy, ...given.before };
  const lists = { listed: new Map(Object.entries(given.listed)), present: new Map(Object.entries(given.present ?? {})) };
  return planCalendar({ ...lists, policy, before, now });
}

const nothing = { differing: [], masters: [], gone: [], forbidden: [], allMasters: false };

describe('what a calendar needs', () => {
  it('is nothing when it is as it was stored', () => {
    const series = { master: listed({ isMaster: true }), single: listed() };
    const present = { master: stored(), single: stored(), 'master@1': stored({ changeKey: 'other', exceptionOf: 'master' }) };
    expect(plan({ listed: series, present })).toEqual(nothing);
  });

  it('is to read what is new or changed, a changed series with its exceptions', () => {
    const events = { fresh: listed(), changed: listed({ changeKey: 'k2' }), series: listed({ changeKey: 'k2', isMaster: true }) };
    const present = { changed: stored(), series: stored() };
    expect(plan({ listed: events, present })).toEqual({ ...nothing, differing: ['fresh', 'changed', 'series'], masters: ['series'] });
  });

  it('is to read the exceptions of all series weekly', () => {
    const of = { listed: { series: listed({ isMaster: true }) }, present: { series: stored() } };
    expect(plan({ ...of, before: { mastersReadAt: daysAgo(6) } }).masters).toEqual([]);
    expect(plan({ ...of, before: { mastersReadAt: daysAgo(8) } })).toMatchObject({ masters: ['series'], allMasters: true });
    expect(plan({ ...of, before: null }).masters).toEqual(['series']);
  });

  it('is to let go what is listed no more, with the exceptions of such a series', () => {
    const present = { single: stored(), series: stored(), 'series@1': stored({ exceptionOf: 'series' }), left: stored() };
    expect(plan({ listed: { left: listed() }, present }).gone).toEqual(['single', 'series', 'series@1']);
  });

  it('is to store private events anew when the policy says so, whichever way it went', () => {
    const events = { secret: listed({ sensitivity: 'private' }), open: listed() };
    const whole = { secret: stored({ sensitivity: 'private' }), open: stored() };
    const busy = { ...whole, secret: stored({ sensitivity: 'private', busyOnly: true }) };
    const changed = { before: { privateEvents: 'none' as const } };
    expect(plan({ listed: events, present: whole, policy: 'busyOnly', ...changed })).toMatchObject({
      differing: ['secret'],
      forbidden: [],
    });
    expect(plan({ listed: events, present: busy, policy: 'busyOnly' })).toEqual(nothing);
    expect(plan({ listed: events, present: busy, policy: 'full', ...changed })).toMatchObject({ differing: ['secret'], allMasters: true });
    expect(plan({ listed: events, present: whole, policy: 'none' })).toEqual({ ...nothing, forbidden: ['secret'] });
    expect(plan({ listed: events, present: { open: stored() }, policy: 'none' })).toEqual(nothing);
    expect(plan({ listed: events, present: { open: stored() }, policy: 'full' }).differing).toEqual(['secret']);
  });

  it('forbids the exceptions of a private series with it', () => {
    const events = { series: listed({ isMaster: true, sensitivity: 'confidential' }) };
    const present = { series: stored(), 'series@1': stored({ exceptionOf: 'series' }) };
    expect(plan({ listed: events, present, policy: 'none' }).forbidden).toEqual(['series', 'series@1']);
  });
});
