import type { ProcessRunner, ProcessSpec, RunningProcess } from '../../stack/process-runner.ts';

/** A process that a test may kill and start again. */
export interface Service<T> {
  readonly name: string;
  /** What it answered when it was last ready. */
  readonly answer: T;
  readonly pid: number;
  /** Every line that it has said, over all its lives. */
  readonly lines: readonly string[];
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Starts it again with the same settings, or with some changed; resolves when it is ready. */
  start(): Promise<void>;
}

export type Lines = Map<string, string[]>;

/** The lines of one process. */
export function linesOf(lines: Lines, name: string): string[] {
  const known = lines.get(name) ?? [];
  lines.set(name, known);
  return known;
}

/** A runner whose processes go by another name, so that two of a kind are told apart. */
export function named(runner: ProcessRunner, name: string): ProcessRunner {
  return { ...runner, start: <T>(spec: ProcessSpec<T>): Promise<RunningProcess<T>> => runner.start({ ...spec, name }) };
}

/** Starts a service by `launch`, which is called anew for each of its lives. */
export async function startService<T>(options: {
  name: string;
  lines: Lines;
  launch: () => Promise<RunningProcess<T>>;
}): Promise<Service<T>> {
  const { name, lines, launch } = options;
  let running = await launch();
  return {
    name,
    get answer() {
      return running.answer;
    },
    get pid() {
      return running.pid;
    },
    lines: linesOf(lines, name),
    async kill() {
      process.kill(running.pid, 'SIGKILL');
      await running.ended;
    },
    async stop() {
      await running.stop();
      return (await running.ended).code;
    },
    async start() {
      running = await launch();
    },
  };
}
