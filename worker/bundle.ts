import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** Makes the workflow bundle from source, or takes the one that an image build has left at `file`. */
export async function loadBundle(file: string | null): Promise<{ code: string } | WorkflowBundleWithSourceMap> {
  if (file !== null) return { code: await readFile(file, 'utf8') };
  return bundleWorkflowCode({ workflowsPath });
}

/** Writes the bundle for an image: `node worker/bundle.ts FILE`. */
async function main(file: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath });
  await writeFile(file, code);
}

const [, script, file] = process.argv;
if (script === fileURLToPath(import.meta.url) && file !== undefined) await main(file);
