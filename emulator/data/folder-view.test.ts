import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderView } from './folder-view.ts';
import { EMPTY_ITEMS, type ItemSource } from './model.ts';

function sourceOf(times: readonly number[]): ItemSource {
  return { ...EMPTY_ITEMS, count: times.length, keyOf: (index) => `b${index}`, receivedMs: (index) => times[index]! };
}

test('a view equals the sorted list of what stayed and what came in', () => {
  const world = fc.record({
    times: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 25 }).map((times) => times.toSorted((a, b) => a - b)),
    gone: fc.uniqueArray(fc.integer({ min: 0, max: 24 })),
    extras: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(world, ({ times, gone, extras }) => {
      const departed = gone.filter((index) => index < times.length).toSorted((a, b) => a - b);
      const added = extras.map((receivedMs, index) => ({ key: `x${index}`, receivedMs, enteredSeq: index + 1 }));
      const view = folderView({ base: sourceOf(times), departed, extras: added });
      const stayed = times.map((receivedMs, index) => ({ key: `b${index}`, receivedMs })).filter((_, index) => !departed.includes(index));
      const all = [...stayed, ...added];
      const seen = Array.from({ length: view.count }, (_, position) => ({
        key: view.keyAt(position),
        receivedMs: view.receivedMsAt(position),
      }));
      expect(seen.map(({ key }) => key).toSorted()).toEqual(all.map(({ key }) => key).toSorted());
      expect(seen.map(({ receivedMs }) => receivedMs)).toEqual(all.map(({ receivedMs }) => receivedMs).toSorted((a, b) => b - a));
      for (const time of [-1, 0, 7, 15, 30, 31])
        expect(view.newerThan(time)).toBe(all.filter(({ receivedMs }) => receivedMs > time).length);
    }),
  );
});
