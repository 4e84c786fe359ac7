import { createWriteStream, existsSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Say } from './first-that-works.ts';
import { isError, readable, withoutSecret } from './log-line.ts';

export interface ProcessLogs {
  take(name: string, line: string): void;
  close(): void;
}

/**
 * Keeps each process's lines in a file of its own, the last start's beside it as `.1`, and shows those that matter
 * with the process's name before them: errors, or all.
 */
export function createProcessLogs({ folder, all, show }: { folder: string; all: boolean; show: Say }): ProcessLogs {
  const files = new Map<string, WriteStream>();
  const open = (name: string): WriteStream => {
    const path = join(folder, `${name}.log`);
    if (existsSync(path)) renameSync(path, `${path}.1`);
    const file = createWriteStream(path, { mode: 0o600 });
    file.on('error', (error) => show(`the log of ${name} cannot be written: ${error.message}`));
    files.set(name, file);
    return file;
  };
  return {
    take: (name, given) => {
      const line = withoutSecret(given);
      (files.get(name) ?? open(name)).write(`${line}\n`);
      if (all) show(`[${name}] ${line}`);
      else if (isError(line)) show(`[${name}] ${readable(line).slice(0, 300)}`);
    },
    close: () => {
      for (const file of files.values()) file.end();
    },
  };
}
