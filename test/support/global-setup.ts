import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestServers } from '../../stack/test-servers.ts';
import { beginBundle, type BundleInTheMaking } from './begin-bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    mongodbUri: string;
    temporalAddress: string;
    /** Where the bundle of the workflows will be. */
    workflowBundle: string;
  }
}

/** Microsoft's OpenAPI document, which stands beside the checkout where there is one: emulators that tests start check their answers against it. */
const OPENAPI = resolve(import.meta.dirname, '../../../shared/graph/openapi-subset.json');

/** Servers that another run of tests has started and shares with this one. */
function sharedServers(): { MONGODB_URI?: string; TEMPORAL_ADDRESS?: string } {
  const { TRAWL_TEST_MONGODB_URI: mongodb, TRAWL_TEST_TEMPORAL_ADDRESS: temporal } = process.env;
  return { ...(mongodb ? { MONGODB_URI: mongodb } : {}), ...(temporal ? { TEMPORAL_ADDRESS: temporal } : {}) };
}

/** The bundle that another run of tests has made of the same workflows, or one in the making. */
async function bundleOf({ TRAWL_TEST_WORKFLOW_BUNDLE: file }: NodeJS.ProcessEnv): Promise<BundleInTheMaking> {
  return file ? { file, remove: async () => {} } : beginBundle();
}

/** Starts the servers and makes the bundle that wired tests share, once per project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (existsSync(OPENAPI)) process.env['TRAWL_EMULATOR_OPENAPI'] ??= OPENAPI;
  const env = { ...process.env, ...sharedServers() };
  const bundle = await bundleOf(process.env);
  const say = (line: string) => void process.stderr.write(`trawl: ${line}\n`);
  const servers = await startTestServers({ env, say }).catch(async (error: unknown) => {
    await bundle.remove();
    throw error;
  });
  project.provide('mongodbUri', servers.mongodbUri);
  project.provide('temporalAddress', servers.temporalAddress);
  project.provide('workflowBundle', bundle.file);
  return async () => {
    await Promise.all([servers.stop(), bundle.remove()]);
  };
}
