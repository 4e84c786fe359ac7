import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActivityDeps } from '../../activities/deps.ts';
import { createTestConnection } from '../../activities/test-connection.ts';
import { toConnectionTestAnswer, type ConnectionTestAnswer } from '../../api/schemas/connection-test.ts';
import type { ConnectionTestReport } from '../../contract/connection-test.ts';
import type { TestPurpose } from '../../contract/connection-test-record.ts';
import { endpointsOf, type Credential } from '../../contract/credential.ts';
import { defaultPolicy, type Policy } from '../../contract/policy.ts';
import { noNarrowing, type Narrowing, type Scope } from '../../contract/source.ts';
import { createInspector } from '../../graph/create-inspector.ts';
import { collectionsOf } from '../../store/collections.ts';
import { startTestedCredential, type TestedCredential } from './tested-credential.ts';

export interface TestedScope {
  scope: Scope;
  narrowing?: Narrowing;
  policy?: Partial<Policy>;
  purpose?: TestPurpose;
  /** Another address of Graph or Entra than the tenant's. */
  endpoints?: { authority?: string; graph?: string };
  secret?: string;
}

/** A busy machine shall not end what is asked; a mailbox's place of 45 s has to outlast a request. */
const unhurried = { attemptMs: 30_000, wholeMs: 180_000 };

/** The activity that tests a connection, on a real MongoDB and an emulated Microsoft 365 in this process. */
export interface TestedConnection extends Omit<TestedCredential, 'test'> {
  /** Tests a draft of a source; gives what the API would answer, and the report behind it. */
  test(given: TestedScope): Promise<{ id: string; answer: ConnectionTestAnswer; report: ConnectionTestReport }>;
}

export async function startTestedConnection(options: Parameters<typeof startTestedCredential>[0]): Promise<TestedConnection> {
  const tested = await startTestedCredential(options);
  const { store, tenantId, clientId, endpoints: own, extraCaFile } = tested;
  let count = 0;

  async function credentialWith(given: TestedScope): Promise<Credential> {
    const now = new Date();
    const record: Credential = {
      ...{ _id: `credential-${count}`, name: 'Tested', cloud: 'custom', endpoints: { ...own, ...given.endpoints }, tenantId, clientId },
      ...{
        kind: 'secret',
        sealedSecret: 'sealed',
        certificate: null,
        tokenFile: null,
        expiresAt: null,
        revision: 1,
        recordRevision: 1,
        createdAt: now,
        updatedAt: now,
      },
    };
    await collectionsOf(store.db).credentials.insertOne(record);
    return record;
  }

  async function test(given: TestedScope) {
    count += 1;
    const { scope, narrowing = noNarrowing, policy = {}, purpose = 'test', secret = tested.secret } = given;
    const credential = await credentialWith(given);
    const id = `connection-${count}`;
    const subject = { credentialId: credential._id, scope, narrowing, policy: { ...defaultPolicy, ...policy } };
    await store.connectionTests.open({ _id: id, purpose, sourceId: null, scopeRevision: 1, tested: subject });
    const openInspector: ActivityDeps['openInspector'] = async (of, { requestTimeoutMs }) =>
      createInspector({
        ...{
          endpoints: endpointsOf(of),
          tenantId,
          clientId,
          login: { kind: 'secret', secret },
          extraCaFile,
          connections: 16,
          requestTimeoutMs,
        },
        log: { debug: () => undefined, warn: () => undefined },
      });
    const activity = createTestConnection({ store, openInspector } as ActivityDeps, unhurried);
    await new MockActivityEnvironment().run(activity, { v: 1 as const, testId: id });
    const report = (await store.connectionTests.get(id))!.report!;
    return { id, report, answer: toConnectionTestAnswer(report, { clientId, credentialRevision: 1, scopeRevision: 1 }) };
  }

  return { ...tested, test };
}

/** Codes of an answer's findings by level, in order. */
export function codesOf({ findings }: ConnectionTestAnswer): { failures: string[]; warnings: string[] } {
  const of = (level: string) => findings.filter((finding) => finding.level === level).map(({ code }) => code);
  return { failures: of('failure'), warnings: of('warning') };
}
