import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closePlace,
  createWindow,
  freePlaces,
  freePlacesBesideLong,
  longAfterMs,
  openPlace,
  silentPlaces,
  untilNextLongMs,
} from './window.ts';

const silentAfterMs = 600_000;

describe('the sliding window', () => {
  it('never holds more than its size, and frees each place once, whatever the order of reports', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('start' as const), id: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ kind: fc.constant('report' as const), id: fc.integer({ min: 0, max: 30 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 80 }), (size, steps) => {
        const window = createWindow({ inFlight: [], size, silentAfterMs, nowMs: 0 });
        const model = new Set<string>();
        for (const { kind, id } of steps) {
          const key = `m${id}`;
          if (kind === 'start' && freePlaces(window) > 0) {
            window.inFlight.set(key, 0);
            model.add(key);
          } else if (kind === 'report') expect(closePlace(window, key)).toBe(model.delete(key));
          expect(window.inFlight.size).toBeLessThanOrEqual(size);
          expect(new Set(window.inFlight.keys())).toEqual(model);
          expect(freePlaces(window)).toBe(size - model.size);
        }
      }),
    );
  });

  it('has no free place when it was made smaller than what is in flight', () => {
    const window = createWindow({ inFlight: ['a', 'b', 'c'], size: 2, silentAfterMs, nowMs: 0 });
    expect(freePlaces(window)).toBe(0);
  });

  it('opens further places beside mailboxes that have been at work for long, up to five times its size', () => {
    const window = createWindow({ inFlight: [], size: 2, silentAfterMs, nowMs: 0 });
    for (const id of ['a', 'b']) openPlace(window, id, 0);
    expect([freePlacesBesideLong(window, longAfterMs - 1), untilNextLongMs(window, longAfterMs - 1)]).toEqual([0, 1]);
    expect([freePlacesBesideLong(window, longAfterMs), untilNextLongMs(window, longAfterMs)]).toEqual([2, null]);
    for (let n = 0; n < 20; n += 1)
      if (freePlacesBesideLong(window, longAfterMs * (n + 1)) > 0) openPlace(window, `c${n}`, longAfterMs * (n + 1));
    expect(window.inFlight.size).toBe(10);
    for (const id of [...window.inFlight.keys()]) closePlace(window, id);
    expect([freePlacesBesideLong(window, 0), window.startedMs.size]).toEqual([2, 0]);
  });

  it('names places that were silent for ten minutes, and only those', () => {
    const window = createWindow({ inFlight: ['old'], size: 5, silentAfterMs, nowMs: 0 });
    window.inFlight.set('new', 1);
    expect(silentPlaces(window, silentAfterMs - 1)).toEqual([]);
    expect(silentPlaces(window, silentAfterMs)).toEqual(['old']);
  });
});
