import { ApplicationFailure, continueAsNew, getExternalWorkflowHandle, sleep, workflowInfo } from '@temporalio/workflow';
import type { DeleteSourceInput } from '../contract/workflow/activities.ts';
import { readDeleteSourceInput } from '../contract/workflow/deletion-input.ts';
import { erasureActivities, lookForCrawls } from './proxies.ts';
import { readInput } from './read-input.ts';

const firstWaitMs = 500;
const longestWaitMs = 30_000;
const eventsPerRun = 2_000;

/** Asks a workflow to end; one that is closed already has nothing to be asked. */
async function cancel(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
  }
}

/** Ends the source's crawl and waits for it, however long that takes: nothing is erased beneath a lane that writes. */
async function endCrawls(input: DeleteSourceInput): Promise<void> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const { workflowIds } = await lookForCrawls().crawlsOf(input);
    if (workflowIds.length === 0) return;
    await Promise.all(workflowIds.map(cancel));
    await sleep(waitMs, { summary: 'Let the crawl end' });
    if (workflowInfo().historyLength > eventsPerRun) await continueAsNew<typeof deleteSource>(input);
  }
}

/** Deletes a source: ends its crawl, erases what is stored of it, and then itself. It goes on after any kill until it is done. */
export async function deleteSource(raw: unknown): Promise<{ erased: number }> {
  const input = readInput(readDeleteSourceInput, raw);
  await endCrawls(input);
  return erasureActivities().eraseSource(input);
}
