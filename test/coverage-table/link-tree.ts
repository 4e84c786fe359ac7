import { cp, link, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

const isOtherDevice = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EXDEV';

/**
 * Makes a folder of hard links to the files of another, for what is not written to: in a blink, and without the space. A
 * symbolic link in its place would not do, since modules are then looked for beside the folder that it leads to.
 * Copies the files where a file system lies between.
 */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await link(source, target).catch((error: unknown) => {
        if (isOtherDevice(error)) return cp(source, target);
        throw error;
      });
    }
  }
}
