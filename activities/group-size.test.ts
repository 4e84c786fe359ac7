import { describe, expect, it } from 'vitest';
import { createGroupSize, type GroupSize } from './group-size.ts';

const small = { bytes: 1_000, brought: 4, used: 4 };
const made = () => createGroupSize(1_000_000);

/** How many messages are read singly until the next group is tried. */
function untilNext(size: GroupSize): number {
  let read = 0;
  for (; size.next() < 2; read += 1) size.wentSingly();
  return read;
}

describe('the size of a group', () => {
  it('begins small and doubles while answers are small, up to what is claimed together', () => {
    const size = made();
    const sizes = [size.next()];
    for (let n = 0; n < 4; n += 1) {
      size.answered(small);
      sizes.push(size.next());
    }
    expect(sizes).toEqual([4, 8, 16, 20, 20]);
  });

  it('follows the size of the answers, so that the next one is about half of what is allowed', () => {
    const size = made();
    for (let n = 0; n < 3; n += 1) size.answered(small);
    size.answered({ bytes: 900_000, brought: 18, used: 18 });
    expect(size.next()).toBe(10);
  });

  it('halves where a smaller request may do, down to single reads, and begins again with two', () => {
    const size = made();
    size.halve();
    expect(size.next()).toBe(2);
    size.halve();
    expect([size.next(), untilNext(size), size.next()]).toEqual([1, 2, 2]);
  });

  it('halves when most of what came was not asked for, or nothing of it was', () => {
    const size = made();
    size.answered({ bytes: 1_000, brought: 5, used: 2 });
    expect(size.next()).toBe(2);
    size.answered({ bytes: 1_000, brought: 0, used: 0 });
    expect(size.next()).toBe(1);
  });

  it('pauses longer each time that nothing comes of it, within a bound, and forgets that with the first answer that serves', () => {
    const size = made();
    const pauses = Array.from({ length: 8 }, () => {
      size.pause();
      return untilNext(size);
    });
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 64, 64]);
    size.answered(small);
    size.pause();
    expect(untilNext(size)).toBe(2);
  });

  it('reads messages singly of which not even two would fit', () => {
    const size = made();
    size.answered({ bytes: 900_000, brought: 1, used: 1 });
    expect(size.next()).toBe(1);
  });
});
