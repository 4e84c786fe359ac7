import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../store/open-store.ts';
import { runWorld } from '../crawl/world/run-world.ts';
import { openTestStore } from '../support/database.ts';

const worlds = 150;
/** Other worlds in each run; `TRAWL_TEST_SEED` repeats those of one. */
const firstSeed = Number(process.env['TRAWL_TEST_SEED'] ?? Date.now() % 1_000_000_000);

let store: Store;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ store, drop } = await openTestStore());
});
afterAll(async () => {
  await drop();
});

describe('a hundred and fifty random worlds', () => {
  it('end in the truth', async () => {
    process.stderr.write(`TRAWL_TEST_SEED=${firstSeed}\n`);
    const found: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
      for (const difference of await runWorld({ seed, store, rule: null })) found.push(`seed ${seed}: ${difference}`);
    }
    expect(found).toEqual([]);
  });
});
