import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';

export interface Reaper {
  watch(group: number): void;
  forget(group: number): void;
  /** Ends the reaper; groups still watched are ended by it. */
  close(): void;
}

/**
 * Starts the process that outlives this one for as long as it takes to end the process groups it watches, so that
 * nothing is left behind even by SIGKILL. When somebody kills the reaper, another takes over.
 */
export function startReaper(): Reaper {
  const groups = new Set<number>();
  let closed = false;
  let reaper: ChildProcess;
  const launch = (): void => {
    // A session of its own: neither Ctrl-C nor a closed terminal reaches it.
    reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.mjs')], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    reaper.unref();
    (reaper.stdin as Socket).unref().on('error', () => {});
    for (const group of groups) reaper.stdin?.write(`+${group}\n`);
    reaper.once('exit', () => {
      if (!closed) launch();
    });
  };
  launch();
  return {
    watch: (group) => {
      groups.add(group);
      reaper.stdin?.write(`+${group}\n`);
    },
    forget: (group) => {
      groups.delete(group);
      reaper.stdin?.write(`-${group}\n`);
    },
    close: () => {
      closed = true;
      reaper.stdin?.end();
    },
  };
}
