import { describe, expect, it } from 'vitest';
import { advance, newListWalk, skipOf, type Listed } from './list-position.ts';

const startedAt = new Date('2026-01-01T00:00:00Z');
const begin = () => newListWalk({ startedAt, from: null, before: null });
const at = (second: number, ids: string[]): Listed[] => ids.map((id) => ({ id, receivedAt: new Date(second * 1_000) }));

/** A list as Exchange gives it: by time, from a second on, without the first few, and sometimes shorter than asked. */
function listOf(all: readonly Listed[]) {
  const sorted = [...all].toSorted((one, other) => (one.receivedAt?.getTime() ?? 0) - (other.receivedAt?.getTime() ?? 0));
  return ({ from, skip, size }: { from: Date | null; skip: number; size: number }) =>
    sorted.filter((one) => from === null || (one.receivedAt !== null && one.receivedAt >= from)).slice(skip, skip + size);
}

function walkWhole(all: readonly Listed[], size: number): { seen: number; asked: number; ids: Set<string> } {
  const list = listOf(all);
  const ids = new Set<string>();
  let walk = begin();
  for (let asked = 1; asked < 10_000; asked += 1) {
    const page = list({ from: walk.from, skip: skipOf(walk, size), size });
    for (const { id } of page) ids.add(id);
    const next = advance(walk, page);
    if (next === null) return { seen: walk.seen, asked, ids };
    walk = next;
  }
  throw new Error('The walk does not end');
}

describe('a walk of a list by time', () => {
  const many = Array.from({ length: 95 }, (_, index) => at(Math.floor(index / 3), [`m${index}`])).flat();
  const inOneSecond = at(
    40,
    Array.from({ length: 70 }, (_, index) => `s${index}`),
  );

  it.each([1, 2, 7, 10, 1_000])('meets every message once with pages of %i', (size) => {
    const all = [...many, ...inOneSecond, ...at(41, ['last'])];
    const { seen, ids } = walkWhole(all, size);
    expect({ seen, ids: ids.size }).toEqual({ seen: all.length, ids: all.length });
  });

  it('ends with one request more than there are pages', () => {
    expect(walkWhole(many, 1_000).asked).toBe(2);
  });

  it('meets messages without a time of receipt, and ends', () => {
    const timeless: Listed[] = [
      { id: 'a', receivedAt: null },
      { id: 'b', receivedAt: null },
    ];
    expect(walkWhole([...timeless, ...many], 10).seen).toBe(97);
    expect(walkWhole(timeless, 10).seen).toBe(2);
  });

  it('takes times finer than a second for their second, and goes on from there', () => {
    const fine = (id: string, milliseconds: number): Listed => ({ id, receivedAt: new Date(5_000 + milliseconds) });
    const next = advance(begin(), [fine('a', 100), fine('b', 900)]);
    expect(next).toMatchObject({ from: new Date(5_000), seen: 2 });
    expect(advance(next!, [fine('b', 900)])).toBeNull();
  });
});
