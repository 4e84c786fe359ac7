import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Environment } from '../../stack/tool-cache.ts';
import { isRunning } from './is-running.ts';

const start = join(import.meta.dirname, '..', '..', 'stack', 'start.ts');

/** A run of `npm start`'s program, with what it says. */
export interface StartProcess {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** The exit code; null when a signal ended it. */
  ended: Promise<number | null>;
  /** Waits until it has said this on stderr `times` times. */
  hasSaid(words: string, times?: number): Promise<void>;
}

/** Starts `stack/start.ts` on a data folder of its own, with these settings beside those of the tests. */
export function startProcess(dataDir: string, { args, settings = {} }: { args: string[]; settings?: Environment }): StartProcess {
  const child = spawn(process.execPath, [start, ...args], {
    env: { ...process.env, ...settings, TRAWL_DATA_DIR: dataDir } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let isOver = false;
  void ended.then(() => (isOver = true));
  return {
    pid: child.pid!,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended,
    hasSaid: async (words, times = 1) => {
      const count = (): number => said.stderr.split(words).length - 1;
      await vi.waitFor(
        () => {
          if (count() < times && !isOver) throw new Error(`It has not said "${words}" ${times} times yet:\n${said.stderr}`);
        },
        { timeout: 60_000, interval: 50 },
      );
      if (count() < times) throw new Error(`It ended without saying "${words}" ${times} times:\n${said.stderr}`);
    },
  };
}

/** What runs for a data folder, by the names of the processes (Linux: read from /proc). */
export function processesOf(dataDir: string): { pid: number; command: string }[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      const isOurs = readFileSync(`/proc/${id}/environ`, 'utf8').includes(`TRAWL_DATA_DIR=${dataDir}\0`);
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return isOurs && isRunning(Number(id)) ? [{ pid: Number(id), command }] : [];
    } catch {
      return [];
    }
  });
}
