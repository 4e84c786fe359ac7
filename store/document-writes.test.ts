import { describe, expect, it } from 'vitest';
import { batchesOf } from './document-writes.ts';

const operation = (bytes: number) => ({ insertOne: { document: { text: 'x'.repeat(bytes) } } });

describe('batches', () => {
  it('stay below the limit and keep the order', () => {
    const operations = [400, 400, 400, 100].map(operation);
    const batches = batchesOf(operations, { limitBytes: 1_000 });
    expect(batches.map((batch) => batch.length)).toEqual([2, 2]);
    expect(batches.flat()).toEqual(operations);
  });

  it('hold one operation that is larger than the limit by itself', () => {
    expect(batchesOf([10, 2_000, 10].map(operation), { limitBytes: 1_000 }).map((batch) => batch.length)).toEqual([1, 1, 1]);
  });

  it('of nothing are none', () => {
    expect(batchesOf([])).toEqual([]);
  });
});
