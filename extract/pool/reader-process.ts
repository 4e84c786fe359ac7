import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading, ReadTask } from '../types.ts';
import { usageOf } from './process-usage.ts';

/** What came of handing a file to a child: what it read, or why it was stopped or ended. */
export type ReadResult = { spentMs: number } & (
  | { kind: 'read'; reading: Reading }
  | { kind: 'stopped'; why: 'time' | 'memory' | 'failure' }
);
type Ending = { kind: 'read'; reading: Reading } | { kind: 'stopped'; why: 'time' | 'memory' | 'failure' };

export interface ReaderProcess {
  readonly pid: number;
  /** How many files it was given. */
  readonly files: number;
  readonly alive: boolean;
  /** Reads a file; whatever goes wrong, the child is gone afterwards. One at a time. Times are of the processor, where it is told. */
  read(task: ReadTask, timeoutMs: number): Promise<ReadResult>;
  /** Resident memory; 0 where the platform does not tell. */
  memoryBytes(): number;
  kill(): void;
}

const room = join(import.meta.dirname, '..');
const root = join(room, '..');
const entry = join(room, 'child.ts');
const watchMs = 50;
const startMs = 20_000;
/** The heap that JavaScript may take; what is beyond it (buffers, WebAssembly) is watched from outside. */
const heapMegabytes = 256;
/**
 * Seconds of processor time after which the system ends a child: a loop that outlives a parent that was killed ends with it.
 * Many times what a child needs in its life.
 */
const cpuSeconds = 900;

/** It reads its own code and nothing else, writes nothing, and starts nothing. */
function nodeArguments(): string[] {
  const readable = [`${room}/*`, join(root, 'package.json'), `${realpathSync(join(root, 'node_modules'))}/*`];
  return [
    `--max-old-space-size=${heapMegabytes}`,
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disable-warning=SecurityWarning',
    entry,
  ];
}

/** The shell sets the limit of processor time, which Node cannot, and becomes Node. */
function launch(): ChildProcess {
  const shell = '/bin/sh';
  const [command, args] = existsSync(shell)
    ? [shell, ['-c', `ulimit -t ${cpuSeconds}; exec "$@"`, 'sh', process.execPath, ...nodeArguments()]]
    : [process.execPath, nodeArguments()];
  return spawn(command, args, { env: {}, cwd: room, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
}

/** Starts a child and waits until it can read. Throws when it does not start. */
export async function startReaderProcess({ memoryBytes: limitBytes }: { memoryBytes: number }): Promise<ReaderProcess> {
  const child = launch();
  const state = { alive: true, files: 0 };
  child.once('exit', () => (state.alive = false));
  // A file that is sent to a child that has just ended: the answer is that it ended.
  child.on('error', () => undefined);
  await becomesReady(child);
  rest(child);
  const kill = () => {
    state.alive = false;
    child.kill('SIGKILL');
  };
  const pid = child.pid ?? 0;
  return {
    pid,
    get files() {
      return state.files;
    },
    get alive() {
      return state.alive;
    },
    async read(task, timeoutMs) {
      state.files += 1;
      const result = await readOnce({ child, pid, task, timeoutMs, limitBytes });
      if (result.kind === 'stopped') kill();
      else rest(child);
      return result;
    },
    memoryBytes: () => usageOf(pid)?.residentBytes ?? 0,
    kill,
  };
}

async function becomesReady(child: ChildProcess): Promise<void> {
  const signal = AbortSignal.timeout(startMs);
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The process that reads attachments ended when it started');
  });
  const failed = once(child, 'error', { signal }).then(([error]: unknown[]) => {
    throw error;
  });
  for (const each of [ended, failed]) each.catch(() => undefined);
  try {
    await Promise.race([once(child, 'message', { signal }), ended, failed]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** A child that waits for work keeps nobody from ending. */
function rest(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

/** V8 aborts when its heap is full; the system ends who is over its processor time. */
const endings: Record<string, 'memory' | 'time'> = { SIGABRT: 'memory', SIGTRAP: 'memory', SIGXCPU: 'time' };

interface OneRead {
  child: ChildProcess;
  pid: number;
  task: ReadTask;
  timeoutMs: number;
  limitBytes: number;
}

/**
 * On a busy machine a file waits for the processor through no fault of its own: what it spends there counts. By the clock it may take
 * so many times as long; where the platform does not tell of processor time, the clock alone counts.
 */
const clockFactor = 10;

function readOnce({ child, pid, task, timeoutMs, limitBytes }: OneRead): Promise<ReadResult> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let begunMs: number | null = null;
    let spentMs: number | null = null;
    const done = (ending: Ending) => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve({ ...ending, spentMs: spentMs ?? performance.now() - startedAt });
    };
    const stop = (why: 'time' | 'memory' | 'failure') => done({ kind: 'stopped', why });
    const look = () => {
      const usage = usageOf(pid);
      if (usage === null) return;
      begunMs ??= usage.cpuMs;
      spentMs = usage.cpuMs - begunMs;
      if (usage.residentBytes > limitBytes) stop('memory');
      else if (spentMs > timeoutMs) stop('time');
    };
    const onMessage = (reading: Reading) => done({ kind: 'read', reading });
    const onExit = (_code: number | null, signal: NodeJS.Signals | null) => stop(endings[signal ?? ''] ?? 'failure');
    const timer = setTimeout(() => stop('time'), timeoutMs * (existsSync(`/proc/${pid}/stat`) ? clockFactor : 1));
    const watch = setInterval(look, watchMs);
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.ref();
    child.channel?.ref();
    look();
    child.send(task, (error) => {
      if (error !== null) stop('failure');
    });
  });
}
