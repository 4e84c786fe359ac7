import { condition, continueAsNew, defineQuery, defineUpdate, setHandler, sleep } from '@temporalio/workflow';
import type { CrawlSourceInput } from '../../contract/workflow/inputs.ts';
import { sourceUpdates } from '../../contract/workflow/names.ts';
import type { SourceState } from '../../contract/workflow/states.ts';

/**
 * Stands in for a crawl: takes the updates of a source and does nothing else. In mode continuous it continues as new
 * after every few milliseconds, so that commands meet ending runs.
 */
export async function crawlSource(input: CrawlSourceInput): Promise<void> {
  let state = 'running' as SourceState;
  let { windowSize: reloads } = input;
  const command = (name: string, act: () => void): void =>
    setHandler(defineUpdate<{ state: SourceState }>(name), () => {
      act();
      return { state };
    });
  command(sourceUpdates.pause, () => (state = 'paused'));
  command(sourceUpdates.resume, () => (state = 'running'));
  command(sourceUpdates.stop, () => (state = 'stopping'));
  // Not synchronous as a real one: so it is often accepted by a run that ends before it is done.
  setHandler(defineUpdate<{ state: SourceState }>(sourceUpdates.runNow), async () => {
    await sleep(5);
    return { state };
  });
  command(sourceUpdates.reloadSource, () => (reloads += 1));
  const retried: string[] = [];
  command(sourceUpdates.retryBlocked, () => retried.push('blocked'));
  command(sourceUpdates.retryDueSkips, () => retried.push('dueSkips'));
  setHandler(defineUpdate<{ state: SourceState }, [string]>(sourceUpdates.retryMailbox), (mailboxId) => {
    retried.push(mailboxId);
    return { state };
  });
  setHandler(defineQuery<string[]>('retried'), () => retried);
  setHandler(defineQuery<number>('reloads'), () => reloads);
  if (input.mode === 'once') {
    await condition(() => state === 'stopping');
    return;
  }
  await sleep(10);
  if (state !== 'stopping') await continueAsNew<typeof crawlSource>({ ...input, windowSize: reloads });
}
