import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { directoryBudget, directoryUnits, type DirectoryCall } from './directory-budget.ts';
import { WaitLongerError } from './failures.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

let made = 0;
const newApp = () => ({ tenantId: `tenant-${(made += 1)}`, clientId: 'app' });
const { signal } = new AbortController();

/** How many calls go out before the first has to wait. */
async function callsAtOnce(call: DirectoryCall): Promise<number> {
  const budget = directoryBudget(newApp(), { call, signal });
  let sent = 0;
  const sending = (async () => {
    for (; sent < 3_000; sent += 1) await budget.take();
  })();
  await vi.advanceTimersByTimeAsync(0);
  const atOnce = sent;
  await vi.runAllTimersAsync();
  await sending;
  return atOnce;
}

describe('the budget of the directory', () => {
  it('costs as Microsoft counts: members within members are dearer than lists', async () => {
    expect(await callsAtOnce('listUsers')).toBe(1_750);
    expect(await callsAtOnce('listTransitiveMembers')).toBe(Math.floor(1_750 / 4));
    expect(directoryUnits).toMatchObject({ listTransitiveMembers: 4, hasMembers: 1, findGroups: 1 });
  });

  it('is held back for all calls of an app as long as Graph asked, and for no other app', async () => {
    vi.useRealTimers();
    const app = newApp();
    const startedMs = Date.now();
    await directoryBudget(app, { call: 'listUsers', signal }).onThrottled(60);
    await directoryBudget(newApp(), { call: 'listUsers', signal }).take();
    const otherAfterMs = Date.now() - startedMs;
    await directoryBudget(app, { call: 'findGroups', signal }).take();
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(60);
    expect(otherAfterMs).toBeLessThan(60);
  });

  it('frees the slot of an activity that would wait for long', async () => {
    const app = newApp();
    await directoryBudget(app, { call: 'listUsers', signal }).onThrottled(120_000);
    await expect(directoryBudget(app, { call: 'listUsers', signal }).take()).rejects.toThrow(WaitLongerError);
  });
});
