import { readTestRef } from '../contract/workflow/test-ref.ts';
import { testWorkflowId } from '../contract/workflow/names.ts';
import type { RunToEnd } from './run-to-end.ts';
import type { CrawlControl, TestWorkflow } from './temporal.ts';

/** A test that nobody waits for any more ends by itself. */
const longestTestMs = 60_000;

const summaries: Record<TestWorkflow, string> = { testCredential: 'Test of a credential', testConnection: 'Test of a connection' };

/** Starts the workflow of a test and waits for its end. */
export function createRunTest(runToEnd: RunToEnd, testTimeoutMs: number): CrawlControl['runTest'] {
  return async ({ testId, what, waitMs = testTimeoutMs }) => {
    const result = await runToEnd(what, {
      workflowId: testWorkflowId(testId),
      args: [{ v: 1, testId }],
      workflowExecutionTimeout: longestTestMs,
      staticSummary: summaries[what],
      waitMs: Math.min(waitMs, testTimeoutMs),
    });
    readTestRef(result);
  };
}
