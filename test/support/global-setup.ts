import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestServers } from '../../stack/test-servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    mongodbUri: string;
    temporalAddress: string;
  }
}

/** Microsoft's OpenAPI document, which stands beside the checkout where there is one: emulators that tests start check their answers against it. */
const OPENAPI = resolve(import.meta.dirname, '../../../shared/graph/openapi-subset.json');

/** Servers that another run of tests has started and shares with this one. */
function sharedServers(): { MONGODB_URI?: string; TEMPORAL_ADDRESS?: string } {
  const { TRAWL_TEST_MONGODB_URI: mongodb, TRAWL_TEST_TEMPORAL_ADDRESS: temporal } = process.env;
  return { ...(mongodb ? { MONGODB_URI: mongodb } : {}), ...(temporal ? { TEMPORAL_ADDRESS: temporal } : {}) };
}

/** Starts the servers that wired tests share, once per project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (existsSync(OPENAPI)) process.env['TRAWL_EMULATOR_OPENAPI'] ??= OPENAPI;
  const env = { ...process.env, ...sharedServers() };
  const servers = await startTestServers({ env, say: (line) => process.stderr.write(`trawl: ${line}\n`) });
  project.provide('mongodbUri', servers.mongodbUri);
  project.provide('temporalAddress', servers.temporalAddress);
  return servers.stop;
}
