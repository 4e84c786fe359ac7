import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { tryLock } from './lock.mjs';
import { exitCodes, stackError, wordsOf } from './stack-error.ts';
import { defaultSample, type Sample } from './start-options.ts';
import type { Environment } from './tool-cache.ts';

export interface DataDir {
  path: string;
  /** A path in the folder. */
  file(...names: string[]): string;
  /** A JSON record in the folder, or null when it was never written. */
  read<T>(name: string): T | null;
  write(name: string, record: unknown): void;
  release(): void;
}

const lockName = 'lock';

/**
 * Opens the data folder for this process alone. Throws with exit code 2, naming the process that holds it, when
 * another one does, or when it cannot be written. With `reset` everything in it is removed first.
 */
export function openDataDir({ env, reset, root }: { env: Environment; reset: boolean; root: string }): DataDir {
  const path = resolve(root, env['TRAWL_DATA_DIR'] || '.trawl');
  const file = (...names: string[]): string => join(path, ...names);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = tryLock(file(lockName));
    if ('heldBy' in lock) {
      const remedy = `Stop it first (Ctrl-C, or kill ${lock.heldBy}), or set TRAWL_DATA_DIR to another folder.`;
      throw stackError(exitCodes.configuration, `${path} is in use by process ${lock.heldBy}, which runs Trawl. ${remedy}`);
    }
    if (reset) for (const name of readdirSync(path)) if (name !== lockName) rmSync(file(name), { recursive: true, force: true });
    mkdirSync(file('logs'), { recursive: true });
    return {
      path,
      file,
      read: (name) => (existsSync(file(name)) ? JSON.parse(readFileSync(file(name), 'utf8')) : null),
      write: (name, record) => writeFileSync(file(name), `${JSON.stringify(record, null, 2)}\n`),
      release: lock.release,
    };
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error) throw error;
    throw stackError(
      exitCodes.configuration,
      `The data folder ${path} cannot be used: ${wordsOf(error)}. Remedy: set TRAWL_DATA_DIR to a folder that can be written.`,
    );
  }
}

/** The keys that seal secrets: `TRAWL_ENCRYPTION_KEYS`, else made once and kept in the folder, readable by its owner alone. */
export function encryptionKeysOf(dataDir: DataDir, env: Environment): string {
  const given = env['TRAWL_ENCRYPTION_KEYS'];
  if (given) return given;
  const path = dataDir.file('encryption-keys');
  if (!existsSync(path)) writeFileSync(path, `k1:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}

function describe(sample: Sample): string {
  return sample.kind === 'folder'
    ? `the organisation of ${sample.path}`
    : `a sample of ${sample.users} users and ${sample.messages} messages`;
}

/** The organisation of this folder, which stays the same until the folder is reset. Throws with exit code 2 when another is asked for. */
export function sampleOf(dataDir: DataDir, asked: Sample | null): Sample {
  const kept = dataDir.read<Sample>('sample.json');
  if (kept !== null && asked !== null && !isDeepStrictEqual(kept, asked)) {
    throw stackError(
      exitCodes.configuration,
      `${dataDir.path} holds ${describe(kept)}, not ${describe(asked)}. Add --reset to begin anew, or leave the flags out.`,
    );
  }
  const sample = kept ?? asked ?? defaultSample;
  if (kept === null) dataDir.write('sample.json', sample);
  return sample;
}
