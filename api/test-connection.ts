import { ulid } from 'ulid';
import type { ConnectionTestReport } from '../contract/connection-test.ts';
import type { TestedSource, TestPurpose } from '../contract/connection-test-record.ts';
import type { Credential } from '../contract/credential.ts';
import type { ApiDeps } from './deps.ts';

export interface TestedConnection {
  id: string;
  expiresAt: Date;
  report: ConnectionTestReport;
}

/** Less than clients and proxies usually wait for an answer. */
const longestWaitMs = 25_000;

/**
 * Has a worker test a connection, and waits for the report. A preview stays for a while, to be paged through.
 * Throws ProblemError `worker-silent` or `temporal-unavailable` when there is none in time.
 */
export async function testConnection(
  { store, temporal }: Pick<ApiDeps, 'store' | 'temporal'>,
  given: { purpose: TestPurpose; sourceId: string | null; scopeRevision: number; tested: TestedSource; waitMs?: number },
): Promise<TestedConnection> {
  const { waitMs = longestWaitMs, ...test } = given;
  const { _id: id, expiresAt } = await store.connectionTests.open({ _id: ulid(), ...test });
  let isKept = false;
  try {
    await temporal.runTest({ testId: id, what: 'testConnection', waitMs });
    const report = (await store.connectionTests.get(id))?.report;
    if (!report) throw new Error(`Test ${id} ended without a report`);
    isKept = given.purpose === 'preview';
    return { id, expiresAt, report };
  } finally {
    // What is left behind goes by itself some minutes later.
    if (!isKept) await store.connectionTests.remove(id).catch(() => undefined);
  }
}

/** In place of a report where no worker was there to make one. */
export function notTested({ revision }: Credential): ConnectionTestReport {
  return {
    ...{ v: 1, at: new Date(), durationMs: 0, credentialRevision: revision, scopeRevision: 1, outcome: 'unreachable' },
    findings: [{ level: 'failure', code: 'TrawlNotTested', detail: null, verdict: null }],
    ...{ domain: null, group: null, mailboxes: null, withoutMailbox: {}, withoutMailboxNames: [], samples: [] },
  };
}
