import type { Crawl } from '../contract/crawl.ts';
import { cycleKeyOf } from '../contract/ids.ts';
import { isActive } from '../contract/workflow/states.ts';
import type { ApiDeps } from './deps.ts';
import { toReason } from './reasons.ts';
import { withRunningCounts } from './running-counts.ts';
import { toCrawlAnswer, type CrawlDetail } from './schemas/crawl.ts';

type Progress = NonNullable<CrawlDetail['progress']>;

/** What is left by what was done so far: a crawl that has closed nothing, or does nothing now, cannot tell. */
export function paceOf(now: { documents: number; known: number; closed: number; elapsedMs: number }): {
  documentsPerSecond: number;
  secondsLeft: number | null;
} {
  const seconds = Math.max(now.elapsedMs, 1) / 1000;
  const left = Math.max(0, now.known - now.closed);
  return {
    documentsPerSecond: Math.round((now.documents / seconds) * 10) / 10,
    secondsLeft: now.closed === 0 ? null : Math.round((left * seconds) / now.closed),
  };
}

async function progressOf({ store }: Pick<ApiDeps, 'store'>, crawl: Crawl): Promise<Progress> {
  const { sourceId } = crawl;
  const [byState, troubled, { known, closed }] = await Promise.all([
    store.mailboxes.countByState(sourceId),
    store.mailboxes.countTroubled(sourceId),
    store.mailboxes.countClosed({ sourceId, cycleKey: cycleKeyOf({ crawlId: crawl._id, cycle: crawl.cycle }) }),
  ]);
  const cycle = crawl.cycles.at(-1);
  const reading = crawl.state === 'running' && cycle !== undefined && cycle.endedAt === null;
  const elapsedMs = reading ? Date.now() - cycle.startedAt.getTime() : 0;
  const pace = reading
    ? paceOf({ documents: cycle.counts.documents, known, closed, elapsedMs })
    : { documentsPerSecond: null, secondsLeft: null };
  return {
    mailboxes: { known, closed, byState },
    ...pace,
    blocked: Object.entries(troubled).map(([code, mailboxes]) => ({ reason: toReason(code), mailboxes })),
  };
}

/** A crawl as its record and its mailboxes have it now. */
export async function crawlDetail(deps: Pick<ApiDeps, 'store' | 'temporal'>, crawl: Crawl): Promise<CrawlDetail> {
  const current = await withRunningCounts(crawl, deps.store.mailboxes);
  const progress = isActive(crawl.state) ? await progressOf(deps, current) : null;
  return { ...toCrawlAnswer(current, deps.temporal.uiUrl(crawl.sourceId)), progress };
}
