import type { TestProject } from 'vitest/node';
import { startTestServers } from '../../stack/test-servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    mongodbUri: string;
    temporalAddress: string;
  }
}

/** Starts the servers that wired tests share, once per project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await startTestServers({ env: process.env, say: (line) => process.stderr.write(`trawl: ${line}\n`) });
  project.provide('mongodbUri', servers.mongodbUri);
  project.provide('temporalAddress', servers.temporalAddress);
  return servers.stop;
}
