import type { Crawl } from '../contract/crawl.ts';
import type { Source } from '../contract/source.ts';
import { isActive } from '../contract/workflow/states.ts';
import { closeCrawl, endOf } from './close-crawl.ts';
import type { ApiDeps } from './deps.ts';
import { ProblemError } from './problem.ts';
import type { CrawlWorkflow } from './temporal.ts';

type Deps = Pick<ApiDeps, 'store' | 'temporal' | 'log'>;

/** Somebody waits for the answer; what is stored is right but for a minute after somebody has ended a workflow by force. */
const longestLookMs = 500;

/**
 * The source with a state that is true now. A workflow writes each of its states itself; one that somebody has terminated
 * writes nothing more, and its record is closed here, before the reconciler comes to it. When Temporal does not answer at
 * once, what is stored is as much as can be said.
 * For answers about one source: in lists it would cost a call for each.
 */
export async function settleSource(deps: Deps, seen: Source): Promise<Source> {
  if (!isActive(seen.state)) return seen;
  let workflow: CrawlWorkflow | null;
  try {
    workflow = await deps.temporal.look(seen._id, { waitMs: longestLookMs });
  } catch (error) {
    if (error instanceof ProblemError) return seen;
    throw error;
  }
  if (workflow === null || workflow.running) return seen;
  // Read again after looking: a workflow writes its last state before it closes.
  const source = await deps.store.sources.get(seen._id);
  if (source === null || source.crawlId === null || !isActive(source.state)) return source ?? seen;
  const [end, crawl] = [endOf({ source, workflow }), await deps.store.crawls.get(source.crawlId)];
  // A crawl that is recorded and has no workflow yet is being started.
  if (end === null || crawl === null || crawl.endedAt !== null) return source;
  await closeCrawl(deps, { source, crawl, ...end });
  return (await deps.store.sources.get(seen._id)) ?? source;
}

/** The source of that id, as `settleSource` gives it; null when there is none. */
export async function settledSource(deps: Deps, sourceId: string): Promise<Source | null> {
  const source = await deps.store.sources.get(sourceId);
  return source === null ? null : settleSource(deps, source);
}

/** The crawl with a state that is true now, as of a source; null when there is none of that id. */
export async function settledCrawl(deps: Deps, crawlId: string): Promise<Crawl | null> {
  const crawl = await deps.store.crawls.get(crawlId);
  if (crawl === null || crawl.endedAt !== null) return crawl;
  const source = await deps.store.sources.get(crawl.sourceId);
  if (source?.crawlId !== crawlId) return crawl;
  await settleSource(deps, source);
  return deps.store.crawls.get(crawlId);
}
