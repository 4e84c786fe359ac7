import type { ScopeReport } from '../contract/scope-report.ts';
import type { TestedSource } from '../contract/connection-test-record.ts';
import type { GraphUser } from '../graph/types.ts';
import { createNarrowing } from './narrowing.ts';
import { scopeUsers } from './scope-users.ts';
import type { TestDirectory } from './test-directory.ts';

/** Users beyond these are neither counted nor listed: a test takes seconds. */
export const mostCounted = 20_000;

export interface CountedScope {
  users: GraphUser[];
  complete: boolean;
}

/**
 * Reads the scope's users as a crawl would, and stores nothing. What is found on the way goes into the report, so that it is
 * told even when the scope cannot be read to its end. Throws as `scopeUsers` does.
 */
export async function countScope(
  directory: TestDirectory,
  { tested, report, untilMs }: { tested: TestedSource; report: ScopeReport; untilMs: number },
): Promise<CountedScope> {
  const stays = await createNarrowing(directory, tested.narrowing);
  const users: GraphUser[] = [];
  for await (const page of scopeUsers(directory, { scope: tested.scope, report }).pages) {
    users.push(...page.filter(stays));
    if (users.length >= mostCounted || Date.now() > untilMs) return { users: users.slice(0, mostCounted), complete: false };
  }
  return { users, complete: true };
}
