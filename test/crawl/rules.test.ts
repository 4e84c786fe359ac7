import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../store/open-store.ts';
import { openTestStore } from '../support/database.ts';
import { rules, type Rule } from './world/rules.ts';
import { runWorld } from './world/run-world.ts';

const worlds = Number(process.env['TRAWL_TEST_WORLDS'] ?? 20);
/** Worlds in which a rule that is switched off has to show. */
const worldsToBite = 150;

let store: Store;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ store, drop } = await openTestStore());
});
afterAll(async () => {
  await drop();
});

async function violations(rule: Rule | null, seed: number): Promise<string[]> {
  return (await runWorld({ seed, store, rule })).map((difference) => `seed ${seed}: ${difference}`);
}

describe('streams, slots, catch-up and confirmed removals', () => {
  it('end in the truth, whatever moves, resyncs and late writes come between', async () => {
    const found: string[] = [];
    for (let seed = 1; seed <= worlds; seed += 1) found.push(...(await violations(null, seed)));
    expect(found).toEqual([]);
  });

  it.each(rules)('need the rule of %s: without it some world ends wrong', async (rule) => {
    for (let seed = 1; seed <= worldsToBite; seed += 1) if ((await violations(rule, seed)).length > 0) return;
    expect.fail(`${worldsToBite} worlds end in the truth without it: the worlds do not prove it`);
  });
});
