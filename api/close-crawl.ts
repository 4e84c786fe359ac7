import type { Crawl } from '../contract/crawl.ts';
import type { Source } from '../contract/source.ts';
import { noCounts } from '../contract/workflow/counts.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import type { ApiDeps } from './deps.ts';
import type { CrawlWorkflow } from './temporal.ts';

/** How a crawl ended whose workflow closed without saying so; null when Temporal knows no workflow of it. */
export function endOf({
  source,
  workflow,
}: {
  source: Source;
  workflow: CrawlWorkflow | null;
}): { state: SourceState; reason: string | null } | null {
  if (source.state === 'stopping') return { state: 'stopped', reason: null };
  if (workflow === null || workflow.crawlId !== source.crawlId) return null;
  if (workflow.status === 'TERMINATED') return { state: 'stopped', reason: 'Terminated' };
  if (workflow.status === 'CANCELLED') return { state: 'stopped', reason: 'Cancelled' };
  if (workflow.status === 'COMPLETED') return { state: source.mode === 'once' ? 'completed' : 'stopped', reason: null };
  return { state: 'failed', reason: 'WorkflowFailed' };
}

/** Writes the end of a crawl in place of a workflow that is gone. */
export async function closeCrawl(
  { store, log }: Pick<ApiDeps, 'store' | 'log'>,
  { source, crawl, state, reason }: { source: Source; crawl: Crawl; state: SourceState; reason: string | null },
): Promise<void> {
  const sequence = Math.max(source.stateSequence, crawl.stateSequence) + 1;
  const change = { sourceId: source._id, crawlId: crawl._id, state, sequence, reason };
  // The store adds up the counts of cycles, so what was said last of this one is said again.
  const counts = crawl.cycles.find(({ number }) => number === crawl.cycle)?.counts ?? noCounts;
  await store.crawls.writeState({ ...change, cycle: crawl.cycle, counts });
  await store.sources.writeState(change);
  log.warn({ sourceId: source._id, crawlId: crawl._id, state }, 'A crawl without a workflow: closed its record');
}
