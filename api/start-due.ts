import type { ApiDeps } from './deps.ts';
import { ProblemError } from './problem.ts';
import { startCrawl } from './start-crawl.ts';

type Deps = Pick<ApiDeps, 'store' | 'temporal' | 'log'>;

const atOnce = 100;

/** Starts the crawls whose time has come. Several processes may try: one of them begins the crawl. */
export async function startDue(deps: Deps, at = new Date()): Promise<number> {
  let started = 0;
  for (const source of await deps.store.sources.due({ at, limit: atOnce })) {
    try {
      await startCrawl(deps, source);
      started += 1;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      deps.log.warn({ sourceId: source._id, problem: error.message }, 'A crawl whose time has come did not start');
    }
  }
  return started;
}
