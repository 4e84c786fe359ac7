import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.ts';

/** Files of a project share their processes: half of the processor's time was spent on loading the same modules for each of them. */
const shared = { pool: 'forks' as const, isolate: false, testTimeout: 30_000, hookTimeout: 60_000, restoreMocks: true };

/** Run side by side, two more than the two processors that are asked for: wired tests wait now and then. */
const side = { maxWorkers: 4, sequence: { groupOrder: 2 } };

/**
 * `unit`: beside the code, without a server. `emulator`: the emulator alone, against Microsoft's documents. `wired`: real servers, started once by test/support/global-setup.ts.
 * `long`: random worlds, foreign clients and fuzzing that take minutes. Pool `forks`: Temporal's native core crashes in threads.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
          include: [
            '{contract,workflows,activities,extract,graph,store,api,worker,emulator,stack,client,settings,bench,test/borders}/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...shared,
          name: 'emulator',
          include: ['test/emulator/**/*.test.ts'],
          ...side,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'wired',
          include: ['test/{store,graph,api,workflows,crawl,stack}/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          ...side,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'long',
          isolate: true,
          include: ['test/long/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 1_200_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
