import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import type { Crawl } from '../contract/crawl.ts';
import type { Source } from '../contract/source.ts';
import { noCounts } from '../contract/workflow/counts.ts';
import { firstSourceInput } from '../contract/workflow/inputs.ts';
import { isActive } from '../contract/workflow/states.ts';
import { closeCrawl, endOf } from './close-crawl.ts';
import { beingDeleted } from './delete-source.ts';
import type { ApiDeps } from './deps.ts';
import { ProblemError } from './problem.ts';
import type { CrawlWorkflow } from './temporal.ts';

type Deps = Pick<ApiDeps, 'store' | 'temporal' | 'log'>;

function alreadyRunning({ temporal }: Deps, { sourceId, crawlId }: { sourceId: string; crawlId: string | null }): ProblemError {
  const temporalUrl = temporal.uiUrl(sourceId);
  return new ProblemError(
    'crawl-running',
    `Source ${sourceId} is being crawled${crawlId === null ? '' : ` by crawl ${crawlId}`}. Stop it with POST /v1/sources/${sourceId}/stop before starting another.`,
    { ...(crawlId !== null && { crawlId }), ...(temporalUrl !== null && { temporalUrl }) },
  );
}

/** A crawl's record at its beginning. */
export function newCrawl(source: Pick<Source, '_id' | 'datasetId' | 'mode'>, { crawlId, now }: { crawlId: string; now: Date }): Crawl {
  return {
    _id: crawlId,
    sourceId: source._id,
    datasetId: source.datasetId,
    mode: source.mode,
    state: 'running',
    stateSequence: 0,
    stateReason: null,
    cycle: 0,
    cycles: [],
    totals: noCounts,
    startedAt: now,
    endedAt: null,
  };
}

const endsWithinMs = 5_000;
const lookEveryMs = 50;

/** A crawl writes that it has ended a moment before its workflow does: whoever saw that may start the next one. */
async function lookWhenEnded({ temporal }: Deps, source: Source): Promise<CrawlWorkflow | null> {
  const untilMs = Date.now() + endsWithinMs;
  for (;;) {
    const found = await temporal.look(source._id);
    const ending = found?.running === true && found.crawlId === source.crawlId && !isActive(source.state);
    if (!ending || Date.now() > untilMs) return found;
    await delay(lookEveryMs);
  }
}

/**
 * Starts a crawl of the source: claims the source, writes the crawl's record, then starts the workflow. When the API or
 * Temporal goes away in between, the reconciler goes on from the records.
 * Throws ProblemError `crawl-running` when one runs, `temporal-unavailable` when Temporal does not answer.
 */
export async function startCrawl(deps: Deps, source: Source): Promise<{ crawlId: string }> {
  const { store, log } = deps;
  if (source.state === 'deleting') throw beingDeleted(source._id);
  const found = await lookWhenEnded(deps, source);
  if (found?.running === true) throw alreadyRunning(deps, { sourceId: source._id, crawlId: found.crawlId ?? source.crawlId });

  const now = new Date();
  const crawlId = ulid(now.getTime());
  if (!(await store.sources.beginCrawl({ sourceId: source._id, before: source.crawlId, crawlId, at: now }))) {
    const current = await store.sources.get(source._id);
    if (current?.state === 'deleting') throw beingDeleted(source._id);
    throw alreadyRunning(deps, { sourceId: source._id, crawlId: current?.crawlId ?? null });
  }
  await closeEarlier(deps, { source, workflow: found });
  const crawl = newCrawl(source, { crawlId, now });
  await store.crawls.create(crawl);
  await startWorkflow(deps, { source: { ...source, crawlId, stateSequence: 0 }, crawl });
  log.info({ sourceId: source._id, crawlId }, 'Crawl started');
  return { crawlId };
}

/** The crawl before may have lost its workflow without a last word; its record must not say for ever that it runs. */
async function closeEarlier(deps: Deps, { source, workflow }: { source: Source; workflow: CrawlWorkflow | null }): Promise<void> {
  const crawl = source.crawlId === null ? null : await deps.store.crawls.get(source.crawlId);
  if (crawl === null || crawl.endedAt !== null) return;
  await closeCrawl(deps, { source, crawl, ...(endOf({ source, workflow }) ?? { state: 'stopped', reason: 'WorkflowLost' }) });
}

async function startWorkflow(deps: Deps, { source, crawl }: { source: Source; crawl: Crawl }): Promise<void> {
  const { _id: sourceId, datasetId, mode, priority, service, country } = source;
  const crawlId = crawl._id;
  try {
    const outcome = await deps.temporal.start({
      input: firstSourceInput({ sourceId, datasetId, crawlId, mode, priority }),
      service,
      country,
    });
    if (outcome === 'existing') await yieldToRunning(deps, { source, crawlId });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.kind === 'temporal-refused') await closeCrawl(deps, { source, crawl, state: 'failed', reason: 'StartRefused' });
    if (error.kind !== 'temporal-unavailable') throw error;
    const words = `Temporal did not answer the start. Crawl ${crawlId} is recorded and starts by itself within a minute of Temporal answering again.`;
    throw new ProblemError('temporal-unavailable', words, { crawlId });
  }
}

/** Somebody else started a workflow of this source in the same moment: fine when it is ours, else ours never was. */
async function yieldToRunning(deps: Deps, { source, crawlId }: { source: Source; crawlId: string }): Promise<void> {
  const { store, temporal } = deps;
  const running = await temporal.look(source._id);
  if (running === null || running.crawlId === null || running.crawlId === crawlId) return;
  await store.sources.beginCrawl({ sourceId: source._id, before: crawlId, crawlId: running.crawlId, at: new Date() });
  await store.crawls.remove(crawlId);
  throw alreadyRunning(deps, { sourceId: source._id, crawlId: running.crawlId });
}
