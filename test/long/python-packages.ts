import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A folder with the packages of a requirements file, from PyPI by pip, kept for later runs. A text that says why not,
 * where there is no Python or they cannot be had.
 */
export async function pythonPackages(requirements: string): Promise<{ folder: string } | { missing: string }> {
  const version = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (version === undefined) return { missing: 'there is no python3 on this machine' };
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(homedir(), '.cache', 'trawl', 'python', `${version}-${digest}`);
  if (existsSync(folder)) return { folder };
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const options = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '--target', fresh, '-r', requirements];
  const failure = await run('python3', options, { timeout: 600_000 }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (failure !== undefined) {
    rmSync(fresh, { recursive: true, force: true });
    return { missing: `pip could not install ${requirements}: ${failure.slice(0, 500)}` };
  }
  renameSync(fresh, folder);
  return { folder };
}
