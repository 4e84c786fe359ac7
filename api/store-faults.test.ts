import { describe, expect, it } from 'vitest';
import { storeUnavailable } from './store-faults.ts';

const named = (name: string, code?: number) => Object.assign(new Error('x'), { name, ...(code === undefined ? {} : { code }) });

describe('a fault of MongoDB', () => {
  it('is no failure of the API while the server goes down, comes up or is not the primary', () => {
    for (const code of [91, 189, 10_107, 11_600, 11_602, 13_436])
      expect(storeUnavailable(named('MongoServerError', code)), `${code}`).toBe(true);
    expect(storeUnavailable(named('MongoNetworkError'))).toBe(true);
    expect(storeUnavailable(new Error('Not started', { cause: named('MongoServerSelectionError') }))).toBe(true);
  });

  it('is one when the server refuses what the API asks', () => {
    expect(storeUnavailable(named('MongoServerError', 121))).toBe(false);
    expect(storeUnavailable(named('TypeError'))).toBe(false);
  });
});
