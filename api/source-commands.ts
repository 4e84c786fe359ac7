import { setTimeout as delay } from 'node:timers/promises';
import { sourceUpdates } from '../contract/workflow/names.ts';
import { confirmableCodes } from '../contract/workflow/scope-codes.ts';
import { isActive, type SourceState } from '../contract/workflow/states.ts';
import type { Source } from '../contract/source.ts';
import { closeCrawl } from './close-crawl.ts';
import { beingDeleted } from './delete-source.ts';
import type { ApiDeps } from './deps.ts';
import { notFound, ProblemError } from './problem.ts';
import { settleSource } from './settle-source.ts';

const longestRecordMs = 2000;
const recordEveryMs = 20;

type Deps = Pick<ApiDeps, 'store' | 'temporal' | 'log'>;

/** The end of the path of each command, and the update that it sends. */
export const sourceCommands = {
  stop: sourceUpdates.stop,
  pause: sourceUpdates.pause,
  resume: sourceUpdates.resume,
  'run-now': sourceUpdates.runNow,
  'confirm-retirement': sourceUpdates.confirmRetirement,
} as const;
export type SourceCommand = keyof typeof sourceCommands;

/**
 * Sends a command to the source's crawl and answers with the state that follows.
 * Throws ProblemError: `not-found`, `crawl-not-running`, `nothing-to-confirm`, `worker-silent` or `temporal-unavailable`.
 */
export async function commandSource(
  deps: Deps,
  { sourceId, command, requestId }: { sourceId: string; command: SourceCommand; requestId: string },
): Promise<SourceState> {
  const source = await deps.store.sources.get(sourceId);
  if (source === null) throw notFound('source', sourceId);
  if (source.state === 'deleting') throw beingDeleted(sourceId);
  if (command === 'confirm-retirement') checkConfirmable(source);
  const answer = await deps.temporal.command({ sourceId, name: sourceCommands[command], requestId });
  if (answer !== null) {
    deps.log.info({ sourceId, crawlId: source.crawlId, command }, 'Command carried out');
    return answer.state === null
      ? ((await deps.store.sources.get(sourceId))?.state ?? source.state)
      : recorded(deps, { source, state: answer.state });
  }
  if (command === 'stop' && (await closeLost(deps, source._id))) return 'stopped';
  const { state } = await settleSource(deps, source);
  throw new ProblemError(
    'crawl-not-running',
    `Source ${sourceId} is not being crawled (its state is ${state}), so there is nothing to ${command}. Start it with POST /v1/sources/${sourceId}/start.`,
  );
}

/** A workflow writes a state a moment after it has answered with it: whoever reads next is to find it. */
async function recorded({ store }: Deps, { source: before, state }: { source: Source; state: SourceState }): Promise<SourceState> {
  const untilMs = Date.now() + longestRecordMs;
  for (;;) {
    const now = await store.sources.get(before._id);
    const isNewer = now !== null && now.stateSequence > before.stateSequence;
    if (now === null || now.state === state || isNewer || now.crawlId !== before.crawlId || Date.now() > untilMs) return state;
    await delay(recordEveryMs);
  }
}

/** What nobody has seen vanish must not be confirmed in advance. */
function checkConfirmable({ _id, state, stateReason }: Source): void {
  if (state === 'blocked' && stateReason !== null && confirmableCodes.includes(stateReason)) return;
  throw new ProblemError(
    'nothing-to-confirm',
    `No mailboxes of source ${_id} wait for a confirmation (its state is ${state}). GET /v1/sources/${_id} says what it waits for.`,
  );
}

/** Stops a crawl whose workflow is gone: its record alone says that it is at work. */
async function closeLost(deps: Deps, sourceId: string): Promise<boolean> {
  const source = await deps.store.sources.get(sourceId);
  if (source === null || source.crawlId === null || !isActive(source.state)) return false;
  const crawl = await deps.store.crawls.get(source.crawlId);
  if (crawl === null) return false;
  await closeCrawl(deps, { source, crawl, state: 'stopped', reason: null });
  return true;
}

/** Tells the running crawls of these sources, on behalf of a request, to read their settings again; returns warnings for those that could not be told. */
export async function reloadSources(deps: Deps, sources: Source[], requestId: string): Promise<string[]> {
  const told = sources.filter((source) => isActive(source.state)).map((source) => reloadSource(deps, { sourceId: source._id, requestId }));
  return (await Promise.all(told)).filter((warning) => warning !== null);
}

async function reloadSource(
  { temporal, log }: Deps,
  { sourceId, requestId }: { sourceId: string; requestId: string },
): Promise<string | null> {
  try {
    await temporal.command({ sourceId, name: sourceUpdates.reloadSource, requestId });
    return null;
  } catch (error) {
    log.warn({ sourceId, problem: (error as Error).message }, 'A running crawl could not be told of the change');
    return `The change is saved, but the running crawl of source ${sourceId} could not be told now; it takes it up with its next cycle or probe.`;
  }
}
