import { execa } from 'execa';
import { startReaper } from './reaper.ts';
import type { Environment } from './tool-cache.ts';

export interface Step {
  /** What it is called in messages; the file and its first argument when not given. */
  name?: string;
  file: string;
  args: string[];
  cwd?: string;
  env?: Environment;
  timeoutMs: number;
  /** Hears each line of the program's error output, for progress. */
  onLine?: (line: string) => void;
}

/** Runs a program to its end and gives its output; throws an Error with its last words when it fails or takes too long. */
export async function runStep(step: Step): Promise<string> {
  const name = step.name ?? `${step.file} ${step.args[0] ?? ''}`;
  const child = execa(step.file, step.args, {
    ...(step.cwd === undefined ? {} : { cwd: step.cwd }),
    ...(step.env === undefined ? {} : { env: step.env, extendEnv: false }),
    timeout: step.timeoutMs,
    reject: false,
    stdin: 'ignore',
    detached: true,
    maxBuffer: 20_000_000,
  });
  // It may take minutes, and must not outlive this process, however that ends.
  const reaper = startReaper();
  if (child.pid !== undefined) reaper.watch(child.pid);
  if (step.onLine) {
    for await (const line of child.iterable({ from: 'stderr' })) step.onLine(line);
  }
  const result = await child;
  if (child.pid !== undefined) reaper.forget(child.pid);
  reaper.close();
  if (!result.failed) return result.stdout;
  if (result.timedOut) throw new Error(`${name} took longer than ${Math.round(step.timeoutMs / 1000)} s`);
  if (result.code === 'ENOENT') throw new Error(`${step.file} is not installed`);
  const lines = `${result.stderr}\n${result.stdout}`.split('\n').filter((line) => line.trim() !== '');
  throw new Error(`${name} failed: ${lines.slice(-3).join(' | ').slice(0, 400) || `code ${result.exitCode}`}`);
}
