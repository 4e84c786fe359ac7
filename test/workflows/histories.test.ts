import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailboxWorkflowId } from '../../contract/workflow/names.ts';
import { waitFor } from '../support/wait-for.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { createFakeCrawl } from './fake-crawl.ts';
import { startWorkflowHost, type WorkflowHost } from './workflow-host.ts';

let host: WorkflowHost;
beforeAll(async () => {
  host = await startWorkflowHost(await workflowBundle());
});
afterAll(async () => {
  await host.close();
});

async function eventsOf(handle: WorkflowHandle): Promise<number> {
  return (await handle.fetchHistory()).events?.length ?? 0;
}

describe('histories', () => {
  it('of a mailbox have at most 64 events in an undisturbed cycle, catch-up and four lanes included', async () => {
    const crawl = createFakeCrawl({ mailboxIds: ['m'], lanes: 4, changed: true });
    const { handle, sourceId } = await host.start(crawl);
    await handle.result();
    const events = await eventsOf(host.env.client.workflow.getHandle(mailboxWorkflowId(sourceId, 'm')));
    expect(events).toBeLessThanOrEqual(64);
  });

  it('of a source do not grow beyond one run, however many mailboxes there are', async () => {
    const mailboxIds = Array.from({ length: 90 }, (_, index) => `m${String(index).padStart(5, '0')}`);
    const crawl = createFakeCrawl({ mailboxIds });
    const { handle } = await host.start(crawl, { windowSize: 10, eventsPerRun: 200 });
    expect(await handle.result()).toMatchObject({ state: 'completed', mailboxes: 90 });
    // Visibility lags behind: the last run is listed as completed when all of them are.
    const runs = await waitFor('all runs listed', async () => {
      const listed = await Array.fromAsync(host.env.client.workflow.list({ query: `WorkflowId = "${handle.workflowId}"` }));
      return listed.some((run) => run.status.name === 'COMPLETED') && listed.length > 1 ? listed : null;
    });
    for (const run of runs) {
      expect(await eventsOf(host.env.client.workflow.getHandle(handle.workflowId, run.runId))).toBeLessThan(500);
    }
  });
});
