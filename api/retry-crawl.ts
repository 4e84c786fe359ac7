import type { Source } from '../contract/source.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import type { ApiDeps } from './deps.ts';
import { ProblemError } from './problem.ts';
import { startCrawl } from './start-crawl.ts';

export interface Retried {
  crawlId: string | null;
  state: SourceState;
  /** Whether a crawl was started for it, since none was running. */
  started: boolean;
}

/**
 * Has the source's running crawl take up something again, or starts a crawl, which takes up everything that is not done.
 * Throws ProblemError `worker-silent` or `temporal-unavailable`.
 */
export async function retryCrawl(
  deps: Pick<ApiDeps, 'store' | 'temporal' | 'log'>,
  { source, update, arg, requestId }: { source: Source; update: string; arg?: string; requestId: string },
): Promise<Retried> {
  const tell = async (): Promise<Retried | null> => {
    const answer = await deps.temporal.command({
      sourceId: source._id,
      name: update,
      requestId,
      ...(arg !== undefined && { arg }),
    });
    if (answer === null) return null;
    const current = (await deps.store.sources.get(source._id)) ?? source;
    return { crawlId: current.crawlId, state: answer.state ?? current.state, started: false };
  };
  const told = await tell();
  if (told !== null) return told;
  try {
    const current = (await deps.store.sources.get(source._id)) ?? source;
    return { ...(await startCrawl(deps, current)), state: 'running', started: true };
  } catch (error) {
    // Somebody started one in the same moment: that one is told.
    const again = error instanceof ProblemError && error.kind === 'crawl-running' ? await tell() : null;
    if (again === null) throw error;
    return again;
  }
}
