import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createTestCredential } from '../../activities/test-credential.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { toTestAnswer, type CredentialTestAnswer } from '../../api/schemas/credential-test.ts';
import type { Capability } from '../../contract/capabilities.ts';
import { endpointsOf, type Endpoints } from '../../contract/credential.ts';
import { buildEmulator, type EmulatorOptions } from '../../emulator/build-emulator.ts';
import { createInspector } from '../../graph/create-inspector.ts';
import type { Login } from '../../graph/login.ts';
import type { Store } from '../../store/open-store.ts';
import { SealError } from '../../store/sealer.ts';
import { collectionsOf } from '../../store/collections.ts';
import { openTestStore } from './database.ts';
import { createTenant, type Tenant } from './tenant.ts';

/** What is wrong with an app registration as it is typed in. */
export interface TypedIn {
  tenantId?: string;
  clientId?: string;
  secret?: string;
  /** What it signs in by, when that is no secret. */
  login?: Login;
  endpoints?: Partial<Endpoints>;
  /** The worker has no key for the secret. */
  withoutKey?: boolean;
}

/** The activity that tests a credential, on a real MongoDB and an emulated Microsoft 365 in this process. */
export interface TestedCredential {
  tenant: Tenant;
  store: Store;
  clientId: string;
  tenantId: string;
  secret: string;
  endpoints: Endpoints;
  extraCaFile: string;
  /** Tests the app registration of the tenant, or what was typed in, as a draft; gives what the API would answer. */
  test(given?: TypedIn & { mailboxes?: string[] }): Promise<CredentialTestAnswer>;
  /** Consents to these application permissions and no others. */
  grant(roles: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestedCredential(options: Omit<EmulatorOptions, 'dataDir'>): Promise<TestedCredential> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trawl-tested-'));
  const emulator = await buildEmulator({ ...options, dataDir });
  const running = await emulator.start();
  const { store, drop } = await openTestStore();
  const tests = collectionsOf(store.db).credentialTests;
  const [app] = emulator.world.apps();
  const own = { tenantId: emulator.world.tenant.id, clientId: app!.clientId, secret: app!.secrets[0]!.value };
  const tenant = createTenant(() => running.controlUrl);
  let count = 0;

  const unsealed = { sealedSecret: 'sealed', certificate: null, tokenFile: null };

  async function test({ mailboxes = [], ...typed }: TypedIn & { mailboxes?: string[] } = {}): Promise<CredentialTestAnswer> {
    const { tenantId, clientId, secret } = { ...own, ...typed };
    const endpoints = { authority: running.url, graph: running.url, ...typed.endpoints };
    const testId = `test-${(count += 1)}`;
    const draft = { cloud: 'custom' as const, endpoints, tenantId, clientId, kind: 'secret' as const, ...unsealed };
    await tests.insertOne({
      ...{ _id: testId, credentialId: null, draft, addresses: mailboxes, report: null },
      expiresAt: new Date(Date.now() + 3_600_000),
    });
    const openInspector: ActivityDeps['openInspector'] = async (credential, { requestTimeoutMs }) => {
      if (typed.withoutKey) throw new SealError('no key');
      return createInspector({
        ...{
          endpoints: endpointsOf(credential),
          tenantId,
          clientId,
          login: typed.login ?? { kind: 'secret', secret },
          extraCaFile: running.caFile,
          connections: 16,
          requestTimeoutMs,
        },
        log: { debug: () => undefined, warn: () => undefined },
      });
    };
    const activity = createTestCredential({ store, openInspector } as ActivityDeps);
    await new MockActivityEnvironment().run(activity, { v: 1 as const, testId });
    const { report } = (await store.credentialTests.get(testId))!;
    return toTestAnswer(report!, { clientId, revision: report!.revision });
  }

  return {
    ...own,
    ...{ endpoints: { authority: running.url, graph: running.url }, extraCaFile: running.caFile },
    ...{ tenant, store, test },
    grant: async (roles) => void (await tenant.control('PATCH', `/apps/${own.clientId}`, { roles })),
    async stop() {
      await emulator.stop();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What was found of one capability. */
export function found(answer: CredentialTestAnswer, capability: Capability): CredentialTestAnswer['capabilities'][number] {
  return answer.capabilities.find((one) => one.capability === capability)!;
}

/** The state of every capability by name. */
export function statesOf(answer: CredentialTestAnswer): Record<string, string> {
  return Object.fromEntries(answer.capabilities.map(({ capability, state }) => [capability, state]));
}
