import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from '../contract/workflow/names.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import { controlActivities } from './proxies.ts';
import { sourceDetails } from './source-details.ts';
import { stateOf, type SourceRun } from './source-run.ts';

const stateAttribute = defineSearchAttributeKey(searchAttributes.state, SearchAttributeType.KEYWORD);
const cycleAttribute = defineSearchAttributeKey(searchAttributes.cycle, SearchAttributeType.INT);

/** Refreshes what the Web UI shows of the run; costs no event. */
export function showDetails(run: SourceRun): void {
  setCurrentDetails(sourceDetails(run));
}

/** Writes the run's state to MongoDB and the search attributes, when it changed since it was last written. */
export async function recordState(run: SourceRun, final?: { state: SourceState; reason: string | null }): Promise<void> {
  const next = final ?? { state: stateOf(run), reason: run.blockedReason };
  showDetails(run);
  if (run.written?.state === next.state && run.written.reason === next.reason) return;
  run.written = next;
  run.stateSequence += 1;
  upsertSearchAttributes([
    { key: stateAttribute, value: next.state },
    { key: cycleAttribute, value: run.cycle },
  ]);
  await controlActivities().writeSourceState({
    v: 1,
    sourceId: run.sourceId,
    crawlId: run.crawlId,
    state: next.state,
    sequence: run.stateSequence,
    cycle: run.cycle,
    reason: next.reason,
    counts: run.counts,
  });
}
