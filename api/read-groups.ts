import { callerGroupsWorkflowId, workflowTypes } from '../contract/workflow/names.ts';
import type { RunToEnd } from './run-to-end.ts';
import type { CrawlControl } from './temporal.ts';

/** A look that nobody waits for any more ends by itself. */
const longestLookMs = 45_000;
const waitMs = 20_000;

/** Starts the workflow that asks for somebody's groups, or joins the one that runs, and waits for its end. */
export function createReadGroups(runToEnd: RunToEnd): CrawlControl['readGroups'] {
  return async ({ userId, credentialId }) => {
    await runToEnd(workflowTypes.readCallerGroups, {
      workflowId: callerGroupsWorkflowId(userId),
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ v: 1, userId, credentialId }],
      workflowExecutionTimeout: longestLookMs,
      staticSummary: 'Groups of a caller whose token has no room for them',
      waitMs,
    });
  };
}
