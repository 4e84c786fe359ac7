import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { readable, withoutSecret } from './log-line.ts';
import { startReaper } from './reaper.ts';
import { wordsOf } from './stack-error.ts';
import type { Environment } from './tool-cache.ts';
import { waitUntil } from './wait-until.ts';

export interface ProcessSpec<T> {
  /** Short name for logs and messages. */
  name: string;
  file: string;
  args: string[];
  env: Environment;
  cwd?: string;
  /** Asks whether it is ready; null or a throw means not yet. The lines are what it has said on stdout so far. */
  ready: (stdout: readonly string[]) => Promise<T | null>;
  readyWithinMs: number;
  /** How long it may take to stop before it is killed; 10 s when not given. */
  stopWithinMs?: number;
}

export interface Death {
  name: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  lastLines: string[];
}

export interface RunningProcess<T> {
  name: string;
  pid: number;
  /** What `ready` gave. */
  answer: T;
  /** Resolves when it has ended, in whatever way. */
  ended: Promise<Death>;
  stop(): Promise<void>;
}

export interface ProcessRunner {
  /** Starts a process and waits until it is ready. Throws an Error with its last lines when it ends first or is not ready in time. */
  start<T>(spec: ProcessSpec<T>): Promise<RunningProcess<T>>;
  /** Stops everything, last started first: SIGTERM to each group, SIGKILL after a while. */
  stopAll(): Promise<void>;
}

export interface RunnerOptions {
  /** Hears every line of every process. */
  onLine: (name: string, line: string, from: 'stdout' | 'stderr') => void;
  /** Hears of a process that ended without having been told to. */
  onDeath: (death: Death) => void;
}

interface Child {
  process: ChildProcess;
  pid: number;
  stdout: string[];
  lastLines: string[];
  ended: Promise<Death>;
}

const keptLines = 12;

/** How a process ended, with its last words. */
export function describeDeath(death: Death): string {
  const how = death.signal ? `was ended by ${death.signal}` : `ended with code ${death.code}`;
  const lines = death.lastLines.map((line) => `\n    ${readable(line).slice(0, 200)}`).join('');
  return `${death.name} ${how}${lines ? `; its last lines:${lines}` : ' without a word'}`;
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function readLines(stream: Readable, keep: (line: string) => void): Promise<void> {
  return new Promise((resolve) => createInterface({ input: stream }).on('line', keep).on('close', resolve));
}

/** Starts the process as leader of a group of its own, so that Ctrl-C reaches only the runner. */
async function launch<T>(spec: ProcessSpec<T>, onLine: RunnerOptions['onLine']): Promise<Child> {
  const options = { env: spec.env as NodeJS.ProcessEnv, detached: true, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
  const child = spawn(spec.file, spec.args, { ...options, ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }) });
  const stdout: string[] = [];
  const lastLines: string[] = [];
  const keep = (from: 'stdout' | 'stderr') => (line: string) => {
    lastLines.push(withoutSecret(line).slice(0, 2000));
    if (lastLines.length > keptLines) lastLines.shift();
    if (from === 'stdout' && stdout.length < 200) stdout.push(line);
    onLine(spec.name, line, from);
  };
  const read = Promise.all([readLines(child.stdout, keep('stdout')), readLines(child.stderr, keep('stderr'))]);
  const exited = new Promise<Pick<Death, 'code' | 'signal'>>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const ended = exited.then(async (how) => {
    // A grandchild may hold the pipes open; its words are not worth waiting for.
    await Promise.race([read, sleep(200)]);
    return { name: spec.name, ...how, lastLines };
  });
  return { process: child, pid: child.pid!, stdout, lastLines, ended };
}

async function stopGroup(child: Child, withinMs: number): Promise<void> {
  signalGroup(child.pid, 'SIGTERM');
  const stopped = await Promise.race([child.ended.then(() => true), sleep(withinMs, false, { ref: false })]);
  if (!stopped || signalGroup(child.pid, 0)) signalGroup(child.pid, 'SIGKILL');
  await child.ended;
}

/** Runs processes side by side; see `ProcessRunner`. Whatever way this process ends, none of them outlives it for long. */
export function createProcessRunner({ onLine, onDeath }: RunnerOptions): ProcessRunner {
  const reaper = startReaper();
  const running: { name: string; stop: () => Promise<void> }[] = [];
  const stopping = new Set<number>();
  /** Names in the order of their first start: a process that was started again is still needed by the same others. */
  const order: string[] = [];
  let closing = false;

  const start = async <T>(spec: ProcessSpec<T>): Promise<RunningProcess<T>> => {
    if (closing) throw new Error(`${spec.name} is not started: everything is being stopped`);
    if (!order.includes(spec.name)) order.push(spec.name);
    const child = await launch(spec, onLine).catch((error: unknown) => {
      throw new Error(`${spec.name} could not be started: ${wordsOf(error)}`, { cause: error });
    });
    reaper.watch(child.pid);
    const stop = async (): Promise<void> => {
      stopping.add(child.pid);
      await stopGroup(child, spec.stopWithinMs ?? 10_000);
    };
    const entry = { name: spec.name, stop };
    running.push(entry);
    const gone = new AbortController();
    let isReady = false;
    void child.ended.then((death) => {
      running.splice(running.indexOf(entry), 1);
      // What the process may have started goes with it.
      signalGroup(child.pid, 'SIGKILL');
      reaper.forget(child.pid);
      if (!isReady) gone.abort(new Error(describeDeath(death)));
      else if (!stopping.has(child.pid)) onDeath(death);
    });
    try {
      if (closing) throw new Error(`${spec.name} was started too late: everything is being stopped`);
      const ask = (): Promise<T | null> => spec.ready(child.stdout);
      const answer = await waitUntil({ what: `${spec.name}'s readiness`, ask, withinMs: spec.readyWithinMs, signal: gone.signal });
      isReady = true;
      return { name: spec.name, pid: child.pid, answer, ended: child.ended, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  };

  const stopAll = async (): Promise<void> => {
    closing = true;
    const latestFirst = running.toSorted((left, right) => order.indexOf(right.name) - order.indexOf(left.name));
    for (const { stop } of latestFirst) await stop();
    reaper.close();
  };
  return { start, stopAll };
}
