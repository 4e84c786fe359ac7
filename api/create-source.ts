import type { ConnectionTestReport } from '../contract/connection-test.ts';
import type { Source } from '../contract/source.ts';
import type { Caller } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { ProblemError } from './problem.ts';
import { toConnectionTestAnswer } from './schemas/connection-test.ts';
import { composeDescription, type CreateSource } from './schemas/source.ts';
import { datasetFaults, findDataset, makeDataset } from './source-dataset.ts';
import { toDraft, type SourceDraft } from './source-draft.ts';
import { notTested, testConnection } from './test-connection.ts';

type Deps = Pick<ApiDeps, 'store' | 'temporal'>;

/** Whoever takes the source whatever a test says need not wait for it long. */
const ignoredWaitMs = 10_000;

/** Tests the connection; where the caller ignores what it says, a test that nobody makes is said in the report. */
async function tested(deps: Deps, { draft, body }: { draft: SourceDraft; body: CreateSource }): Promise<ConnectionTestReport> {
  const { ignoreWarning } = body;
  const waiting = ignoreWarning ? { waitMs: ignoredWaitMs } : {};
  try {
    const test = { purpose: 'test', sourceId: null, scopeRevision: 1, tested: draft.tested, ...waiting } as const;
    return (await testConnection(deps, test)).report;
  } catch (error) {
    const isAway = error instanceof ProblemError && (error.kind === 'worker-silent' || error.kind === 'temporal-unavailable');
    if (!isAway) throw error;
    if (ignoreWarning) return notTested(draft.credential);
    throw new ProblemError(
      error.kind,
      `The connection of the source could not be tested, so that it was not made: ${error.message} With "ignoreWarning": true it is made untested.`,
    );
  }
}

function refuse(report: ConnectionTestReport, { credential }: SourceDraft): never {
  const now = { clientId: credential.clientId, credentialRevision: credential.revision, scopeRevision: 1 };
  const answer = toConnectionTestAnswer(report, now);
  const [first] = answer.findings.filter(({ level }) => level === 'failure');
  throw new ProblemError(
    'connection-test-failed',
    `The source was not made: ${first?.detail ?? `${first?.words}.`} ${first?.remedy}. \`report\` says all; with "ignoreWarning": true the source is made all the same, and waits until its target is there.`,
    { report: answer },
  );
}

/**
 * Makes a source from a body, when its connection passes the test or the caller ignores what it says. Throws ProblemError:
 * `invalid-request` with every fault, `service-not-yet`, `forbidden`, `connection-test-failed` with the report, `worker-silent`.
 */
export async function createSource(deps: Deps, { id, body, caller }: { id: string; body: CreateSource; caller: Caller }): Promise<Source> {
  const { store } = deps;
  const draft = await toDraft(store, body, datasetFaults(body));
  const found = await findDataset(store, { body, caller });
  const lastTest = await tested(deps, { draft, body });
  if (lastTest.outcome !== 'passes' && !body.ignoreWarning) refuse(lastTest, draft);
  const dataset = found ?? (await makeDataset(store, body.dataset!));
  const now = new Date();
  const { country, mode, intervalMs, priority } = body;
  const { credentialId, ...settings } = draft.tested;
  const credentialName = draft.credential.name;
  const source: Source = {
    ...{ _id: id, datasetId: dataset._id, credentialId, service: 'exchange', ...settings, scopeRevision: 1, lastTest },
    country,
    description: body.description ?? composeDescription({ credentialName, country, mode, intervalMs, ...settings }),
    ...{ priority, mode, intervalMs, startAt: body.startAt === undefined ? null : new Date(body.startAt) },
    ...{ state: 'ready', stateSequence: 0, stateReason: null, stateSince: now, crawlId: null },
    ...{ recordRevision: 1, createdAt: now, updatedAt: now },
  };
  await store.sources.create(source);
  return source;
}
