import { cycleKeyOf } from '../contract/ids.ts';
import type { Completeness } from '../contract/crawl.ts';
import type { Source } from '../contract/source.ts';
import type { OpenedCycle, SourceActivities } from '../contract/workflow/activities.ts';
import { mailboxWorkflowId, type RetryKind } from '../contract/workflow/names.ts';
import { noCounts } from '../contract/workflow/counts.ts';
import type { ActivityDeps } from './deps.ts';
import { createEraseHidden } from './erase-hidden.ts';
import { notFound } from './failures.ts';
import { probeCredential } from './probe-credential.ts';
import { createResolveScope } from './resolve-scope.ts';

async function sourceOf(deps: ActivityDeps, sourceId: string): Promise<Source> {
  const source = await deps.store.sources.get(sourceId);
  if (source === null) throw notFound(`Source ${sourceId}`);
  return source;
}

function settingsOf(source: Source): OpenedCycle {
  const title = `${source.service}, scope ${source.scope.kind}, country ${source.country}`;
  return { mode: source.mode, priority: source.priority, intervalMs: source.intervalMs, title };
}

/** Completeness of a closed cycle in one word. */
export function completenessOf(mailboxes: Record<string, number>, reasons: Record<string, number>): Completeness {
  const count = (state: string) => mailboxes[state] ?? 0;
  if (Object.keys(reasons).length > 0) return 'incomplete';
  if (count('blocked') + count('interrupted') + count('running') + count('pending') > 0) return 'incomplete';
  return count('doneWithSkips') > 0 ? 'completeWithSkips' : 'complete';
}

/** Has mailboxes of a kind crawled again in the running cycle; harmless when repeated. */
async function reopenKind(
  { mailboxes, skips }: Pick<ActivityDeps['store'], 'mailboxes' | 'skips'>,
  { sourceId, kind }: { sourceId: string; kind: RetryKind },
): Promise<void> {
  if (kind === 'blocked') return mailboxes.reopenBlocked(sourceId);
  if (kind === 'skips') await skips.retry({ sourceId });
  for await (const mailboxIds of skips.mailboxesDue(sourceId)) await mailboxes.reopen({ sourceId, mailboxIds });
}

/** Activities of a source's workflow: short work on MongoDB, on the control queue, and the scope's resolution. */
export function createSourceActivities(deps: ActivityDeps): SourceActivities {
  const { crawls, mailboxes, skips, sources } = deps.store;
  return {
    readSource: async ({ sourceId }) => settingsOf(await sourceOf(deps, sourceId)),
    async openCycle({ sourceId, crawlId, cycle }) {
      const source = await sourceOf(deps, sourceId);
      await crawls.openCycle({ crawlId, number: cycle, at: new Date() });
      return settingsOf(source);
    },
    resolveScope: createResolveScope(deps),
    eraseHidden: createEraseHidden(deps),
    async nextMailboxes(ref) {
      const source = await sourceOf(deps, ref.sourceId);
      const cycleKey = cycleKeyOf(ref);
      await mailboxes.reopen({ sourceId: ref.sourceId, mailboxIds: ref.retry });
      for (const kind of ref.again ?? []) await reopenKind(deps.store, { sourceId: ref.sourceId, kind });
      const mailboxIds = await mailboxes.nextBatch({ ...ref, cycleKey });
      return { mailboxIds, after: mailboxIds.at(-1) ?? null, priority: source.priority };
    },
    async closeCycle({ sourceId, crawlId, cycle, counts }) {
      const source = await sourceOf(deps, sourceId);
      const states = await mailboxes.countByState(sourceId);
      const [reasons, skipped] = [await mailboxes.countReasons(sourceId), await skips.countByCode(sourceId)];
      const completeness = completenessOf(states, reasons);
      await crawls.closeCycle({ crawlId, number: cycle, at: new Date(), counts, completeness, mailboxes: states, reasons, skipped });
      const { done = 0, doneWithSkips = 0, blocked = 0, ineligible = 0, interrupted = 0 } = states;
      return {
        mode: source.mode,
        intervalMs: source.intervalMs,
        completeness,
        mailboxes: { done, doneWithSkips, blocked, ineligible, interrupted },
      };
    },
    async writeSourceState({ sourceId, crawlId, state, sequence, reason, cycle, counts }) {
      const written = { sourceId, crawlId, state, sequence, reason };
      await crawls.writeState({ ...written, cycle, counts });
      await sources.writeState(written);
    },
    async inspectMailbox({ sourceId, crawlId, cycle, mailboxId }) {
      if (await deps.isWorkflowRunning(mailboxWorkflowId(sourceId, mailboxId))) return { state: 'running' };
      const at = { sourceId, mailboxId };
      const cycleKey = cycleKeyOf({ crawlId, cycle });
      const mailbox = await mailboxes.get(at);
      if (mailbox !== null && mailbox.closedIn !== cycleKey) {
        await mailboxes.close({ ...at, state: 'interrupted', reason: 'TrawlLostWorkflow', cycleKey, counts: noCounts });
      }
      return { state: 'closed' };
    },
    probeCredential: ({ sourceId }) => probeCredential(deps, sourceId),
  };
}
