import { spawn } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const maker = join(import.meta.dirname, '..', '..', 'worker', 'bundle.ts');

export interface BundleInTheMaking {
  /** Where it will be. */
  file: string;
  remove(): Promise<void>;
}

/** Where the words of the bundle's maker are when it could not be made. */
export const failureFileOf = (file: string): string => `${file}.failed`;

/**
 * Begins to make the bundle of this tree's workflows, as an image build does, once for a run of tests: each worker that
 * made its own would need seconds of processor time. Whoever needs it waits by `workflowBundle`.
 */
export async function beginBundle(): Promise<BundleInTheMaking> {
  const folder = await mkdtemp(join(tmpdir(), 'trawl-bundle-'));
  const file = join(folder, 'workflow-bundle.js');
  const child = spawn(process.execPath, [maker, `${file}.part`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + String(chunk)).slice(-4_000)));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const told = closed.then((code) => (code === 0 ? rename(`${file}.part`, file) : writeFile(failureFileOf(file), said)));
  return {
    file,
    async remove() {
      child.kill();
      await told;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
