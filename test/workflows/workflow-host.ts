import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { firstSourceInput, type CrawlSourceInput } from '../../contract/workflow/inputs.ts';
import { sourceWorkflowId, taskQueues, workflowTypes } from '../../contract/workflow/names.ts';
import type { crawlSource } from '../../workflows/index.ts';
import { loadBundle } from '../../worker/bundle.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { fakeActivities, type FakeCrawl } from './fake-crawl.ts';

/** A Temporal server with workers for every queue, whose activities come from the fake crawl of the moment. */
export interface WorkflowHost {
  env: TestWorkflowEnvironment;
  bundle: WorkflowBundleOption;
  /** Starts a source's workflow over a fake crawl; ids are unique per call. */
  start(crawl: FakeCrawl, changes?: Partial<CrawlSourceInput>): Promise<{ handle: WorkflowHandle<typeof crawlSource>; sourceId: string }>;
  close(): Promise<void>;
}

/** Starts it with the bundle of that file; without one it is made. */
export async function startWorkflowHost(bundleFile: string | null = null): Promise<WorkflowHost> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const env = await startTestTemporal();
  const bundle = await loadBundle(bundleFile);
  const bySource = new Map<string, ReturnType<typeof fakeActivities>>();
  // Each call goes to the fake crawl of the source that it names.
  const activities = Object.fromEntries(
    Object.keys(fakeActivities({} as FakeCrawl)).map((name) => [
      name,
      (input: { sourceId: string }) =>
        (bySource.get(input.sourceId) as unknown as Record<string, (value: unknown) => unknown>)[name]?.(input),
    ]),
  );
  const common = { connection: env.nativeConnection, namespace: env.namespace ?? 'default' };
  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue: taskQueues.workflows, workflowBundle: bundle }),
    ...[taskQueues.control, ...Object.values(taskQueues.crawl)].map((taskQueue) =>
      Worker.create({ ...common, taskQueue, activities, maxHeartbeatThrottleInterval: '100ms', defaultHeartbeatThrottleInterval: '100ms' }),
    ),
  ]);
  const runs = workers.map((worker) => worker.run());
  return {
    env,
    bundle,
    async start(crawl, changes = {}) {
      const sourceId = `s-${randomUUID().slice(0, 8)}`;
      bySource.set(sourceId, fakeActivities(crawl));
      const input = {
        ...firstSourceInput({ sourceId, datasetId: 'd', crawlId: `c-${sourceId}`, mode: crawl.mode, priority: 'normal' }),
        ...changes,
      };
      const handle = await env.client.workflow.start<typeof crawlSource>(workflowTypes.crawlSource, {
        workflowId: sourceWorkflowId(sourceId),
        taskQueue: taskQueues.workflows,
        args: [input],
      });
      return { handle, sourceId };
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
      await env.teardown();
    },
  };
}
