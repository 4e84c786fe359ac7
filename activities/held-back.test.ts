import { expect, it } from 'vitest';
import { createHeldBack } from './held-back.ts';

it('keeps the latest end of each mailbox, and forgets those that have passed', () => {
  const held = createHeldBack();
  held.hold('a', { untilMs: 500, nowMs: 100 });
  held.hold('a', { untilMs: 300, nowMs: 100 });
  held.hold('b', { untilMs: 200, nowMs: 100 });
  expect([held.untilMs('a'), held.untilMs('b'), held.untilMs('c')]).toEqual([500, 200, 0]);
  held.hold('c', { untilMs: 900, nowMs: 250 });
  expect([held.untilMs('a'), held.untilMs('b'), held.untilMs('c')]).toEqual([500, 0, 900]);
});
