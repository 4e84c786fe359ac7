import { join } from 'node:path';
import type { Say } from './first-that-works.ts';
import { sayEvery } from './provision.ts';
import { runStep } from './run-step.ts';

/**
 * The SDK's own client for https://temporal.download knows where each version lies; it downloads when a server is
 * started. It runs in a process of its own, since it logs to stdout and cannot be interrupted.
 */
const script = `
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const [downloadDir, version] = process.argv.slice(1);
  const executable = { type: 'cached-download', downloadDir, version };
  try {
    const server = await TestWorkflowEnvironment.createLocal({ server: { executable } });
    await server.teardown();
  } catch (error) {
    console.error(error.message.split(' for url ')[0]);
    process.exit(1);
  }
`;

/** Downloads the Temporal CLI from its vendor; gives the binary's path in `folder`. */
export async function downloadTemporal(options: { folder: string; version: string; say: Say }): Promise<string> {
  const { folder, version, say } = options;
  const done = sayEvery({ everyMs: 10_000, say, line: (seconds) => `downloading for ${seconds} s` });
  try {
    await runStep({
      name: 'the download',
      file: process.execPath,
      args: ['--input-type=module', '-e', script, folder, `v${version}`],
      cwd: import.meta.dirname,
      timeoutMs: 10 * 60_000,
    });
  } finally {
    done();
  }
  // The SDK names the file so (sdk-core, ephemeral_server/mod.rs).
  return join(folder, `temporal-cli-v${version}`);
}
