import { expect, test } from 'vitest';
import { createClock } from '../data/clock.ts';
import type { World } from '../data/world.ts';
import { isProblem } from '../http/problem.ts';
import { requestOf } from '../http/request.ts';
import { createGate } from './gate.ts';
import { DEFAULT_LIMITS, directoryUnitsOf, driveUnitsOf } from './limit-settings.ts';
import { createMailboxLimits } from './mailbox-limits.ts';

/** A gate of a tenant with so many users, and a clock that stands still. */
function gateOf(users: number) {
  const clock = createClock(() => 1_000_000_000);
  const world = {
    clock,
    tenant: { id: 'tenant' },
    users: () => Array.from({ length: users }, () => ({ class: 'user' })),
  } as unknown as World;
  const gate = createGate({ world, mailboxes: createMailboxLimits(clock), settings: () => DEFAULT_LIMITS });
  const ask = (method: string, template: string, layer: 'directory' | 'service' = 'service') => {
    const body = () => Promise.resolve(Buffer.alloc(0));
    const request = requestOf({ method, origin: '', serviceRoot: '', url: template, header: () => undefined, body });
    try {
      gate.admit({ appId: 'app', layer, template, request, mailboxKey: undefined });
      return 'let in';
    } catch (error) {
      return isProblem(error) ? `${error.code} ${error.headers['x-ms-throttle-information'] ?? ''}`.trim() : String(error);
    }
  };
  /** How many of many are let in, and how the first of the others is refused. */
  const many = (count: number, ...what: Parameters<typeof ask>) => {
    const answers = Array.from({ length: count }, () => ask(...what));
    return [answers.filter((answer) => answer === 'let in').length, answers.find((answer) => answer !== 'let in')];
  };
  return { ask, many, clock, gate };
}

test('a tenant’s size decides what it may ask of its directory and its drives', () => {
  expect([49, 50, 500, 501].map(directoryUnitsOf)).toEqual([3_500, 5_000, 5_000, 8_000]);
  expect([1_000, 1_001, 5_001, 15_001, 50_001].map(driveUnitsOf)).toEqual([1_250, 2_500, 3_750, 5_000, 6_250]);
  expect(gateOf(10).many(2_000, 'GET', '/users', 'directory')).toEqual([1_750, 'TooManyRequests ResourceUnitLimitExceeded']);
  expect(gateOf(100).many(3_000, 'GET', '/users', 'directory')[0]).toBe(2_500);
});

test('what was used flows back with the clock, and what was refused is paid for too', () => {
  const { many, clock } = gateOf(10);
  many(2_000, 'GET', '/users', 'directory');
  clock.setOffsetMs(1_000);
  // 500 units were refused and paid; 350 a second flow back.
  expect(many(100, 'GET', '/users', 'directory')[0]).toBe(0);
  clock.setOffsetMs(20_000);
  expect(many(100, 'GET', '/users', 'directory')[0]).toBe(100);
});

test('writes, subscriptions and drives have limits of their own', () => {
  expect(gateOf(1_000).many(3_100, 'PATCH', '/users/{user-id}', 'directory')).toEqual([3_000, 'TooManyRequests WriteLimitExceeded']);
  const subscriptions = gateOf(10);
  expect(subscriptions.many(510, 'POST', '/subscriptions')).toEqual([500, 'TooManyRequests']);
  expect(subscriptions.many(510, 'GET', '/subscriptions')[0]).toBe(510);
  expect(subscriptions.gate.violations()).toMatchObject({ subscriptions: 10, directory: 0 });
  expect(gateOf(10).many(1_300, 'GET', '/drives/{drive-id}/root')).toEqual([1_250, 'activityLimitReached']);
});
