import { describe, expect, it } from 'vitest';
import type { Stream } from '../contract/stream.ts';
import { settledAt } from './settled-at.ts';

const at = (second: number) => new Date(1_700_000_000_000 + second * 1000);
const stream = (changes: Partial<Stream>): Stream =>
  ({
    kind: 'messages',
    crawled: true,
    endedAt: null,
    failure: null,
    generation: 1,
    restGeneration: 1,
    cursor: { at: 'rest', link: 'l' },
    restAsOf: at(5),
    ...changes,
  }) as Stream;

describe('the time until which all streams were heard', () => {
  it('is that of the stream that was read to its end the longest ago', () => {
    expect(settledAt([stream({ restAsOf: at(9) }), stream({ restAsOf: at(3) }), stream({ restAsOf: at(6) })])).toEqual(at(3));
  });

  it.each([
    ['failed', { failure: 'ErrorX' }],
    ['was never read to its end', { restAsOf: null, restGeneration: 0 }],
    ['is in the middle of a page', { cursor: { at: 'page' as const, link: 'l' } }],
    ['has begun anew', { generation: 2, cursor: { at: 'start' as const, link: null } }],
  ])('is not known while a stream %s', (_name, change) => {
    expect(settledAt([stream({}), stream(change)])).toBeNull();
  });

  it('does not wait for streams that are not read', () => {
    const others = [
      stream({ crawled: false, restAsOf: null }),
      stream({ endedAt: at(1), restAsOf: null }),
      stream({ kind: 'folders', restAsOf: at(1) }),
    ];
    expect(settledAt([stream({}), ...others])).toEqual(at(5));
  });
});
