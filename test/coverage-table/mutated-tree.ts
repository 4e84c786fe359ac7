import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoverageRow } from './coverage-row.ts';
import { linkTree } from './link-tree.ts';
import { mutated } from './mutated.ts';

const root = join(import.meta.dirname, '..', '..');

/** A copy of the project in a folder of its own, in which the product may be broken. */
export interface MutatedTree {
  folder: string;
  /** Runs `work` while the mutation is in the copy. */
  withMutation<T>(mutation: CoverageRow['mutation'], work: () => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** Within the project, since packages can be linked instead of copied on one file system only. */
const parent = join(root, '.trawl', 'mutated');
const notCopied = new Set(['node_modules', '.git', '.trawl', '.vitest', 'coverage']);

export async function copyTree(): Promise<MutatedTree> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'tree-'));
  const names = (await readdir(root)).filter((name) => !notCopied.has(name));
  await Promise.all(names.map((name) => cp(join(root, name), join(folder, name), { recursive: true })));
  await linkTree(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    async withMutation(mutation, work) {
      const path = join(folder, mutation.file);
      const text = await readFile(path, 'utf8');
      await writeFile(path, mutated(mutation, text));
      try {
        return await work();
      } finally {
        await writeFile(path, text);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
