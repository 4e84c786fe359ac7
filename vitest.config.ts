import { defineConfig } from 'vitest/config';

const shared = { pool: 'forks' as const, testTimeout: 30_000, hookTimeout: 60_000, restoreMocks: true };

/**
 * `unit`: beside the code, without a server. `emulator`: the emulator alone, against Microsoft's documents. `wired`: real servers, started once by test/support/global-setup.ts.
 * `long`: random worlds, foreign clients and fuzzing that take minutes. Pool `forks`: Temporal's native core crashes in threads.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: [
            '{contract,workflows,activities,extract,graph,store,api,worker,emulator,stack,settings,bench,test/borders}/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...shared,
          name: 'emulator',
          include: ['test/emulator/**/*.test.ts'],
          maxWorkers: 2,
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
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'long',
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
