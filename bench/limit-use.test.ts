import { expect, test } from 'vitest';
import { leastSeconds } from './limit-use.ts';

const limits = { inFlight: 4, requests: 200, windowMs: 30_000 };

test('the least time for requests is whole windows and the rest as fast as answers come', () => {
  expect(leastSeconds(200, { limits, latencyMs: 100 })).toBe(5);
  expect(leastSeconds(201, { limits, latencyMs: 100 })).toBe(30.025);
  expect(leastSeconds(800, { limits, latencyMs: 100 })).toBe(95);
});
