import type { Source } from '../contract/source.ts';
import { firstSourceInput, type CrawlSourceInput } from '../contract/workflow/inputs.ts';
import { isActive, sourceStates } from '../contract/workflow/states.ts';
import type { Crawl } from '../contract/crawl.ts';
import { closeCrawl, endOf } from './close-crawl.ts';
import type { ApiDeps } from './deps.ts';
import { sourcesOf } from './sources-of.ts';
import { newCrawl } from './start-crawl.ts';

type Deps = Pick<ApiDeps, 'store' | 'temporal' | 'log'>;

export interface Repaired {
  restarted: number;
  closed: number;
}

const activeStates = sourceStates.filter(isActive);

/**
 * Repairs sources whose records say that a crawl is at work while Temporal has no workflow of it, as after an API killed
 * between record and start, or a Temporal that lost its data: the crawl is started again and goes on from its record.
 * A workflow that a person ended in Temporal is not started again; its record is closed.
 */
export async function reconcileCrawls(deps: Deps): Promise<Repaired> {
  const repaired: Repaired = { restarted: 0, closed: 0 };
  for await (const source of sourcesOf(deps.store, { states: activeStates })) {
    const outcome = await reconcileSource(deps, source);
    if (outcome !== null) repaired[outcome] += 1;
  }
  return repaired;
}

async function reconcileSource(deps: Deps, seen: Source): Promise<keyof Repaired | null> {
  const workflow = await deps.temporal.look(seen._id);
  if (workflow?.running === true) return null;
  // Read again after looking: a workflow writes its last state before it closes.
  const source = await deps.store.sources.get(seen._id);
  if (source === null || source.crawlId === null || source.crawlId !== seen.crawlId || !isActive(source.state)) return null;
  const { crawlId } = source;
  const crawl = await recordOf(deps, { source, crawlId });
  const end = crawl.endedAt !== null ? { state: crawl.state, reason: crawl.stateReason } : endOf({ source, workflow });
  if (end !== null) {
    await closeCrawl(deps, { source, crawl, ...end });
    return 'closed';
  }
  const outcome = await deps.temporal.start({ input: resumedInput(source, crawl), service: source.service, country: source.country });
  if (outcome === 'existing') return null;
  deps.log.warn({ sourceId: source._id, crawlId }, 'A crawl had no workflow: started again');
  return 'restarted';
}

async function recordOf({ store }: Deps, { source, crawlId }: { source: Source; crawlId: string }): Promise<Crawl> {
  const stored = await store.crawls.get(crawlId);
  if (stored !== null) return stored;
  const crawl = newCrawl(source, { crawlId, now: source.stateSince });
  await store.crawls.create(crawl);
  return crawl;
}

function resumedInput(source: Source, crawl: Crawl): CrawlSourceInput {
  const { _id: sourceId, datasetId, mode, priority } = source;
  return {
    ...firstSourceInput({ sourceId, datasetId, crawlId: crawl._id, mode, priority }),
    cycle: Math.max(crawl.cycle, 1),
    stateSequence: Math.max(source.stateSequence, crawl.stateSequence),
    pausing: source.state === 'pausing' || source.state === 'paused',
  };
}
