import { createWriteStream, existsSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Say } from './first-that-works.ts';

export interface ProcessLogs {
  take(name: string, line: string): void;
  close(): void;
}

/** pino writes levels as numbers, 50 being an error; the servers write words. */
function isError(line: string): boolean {
  try {
    const { level, s } = JSON.parse(line) as { level?: unknown; s?: unknown };
    if (typeof level === 'number') return level >= 50;
    return s === 'E' || s === 'F' || level === 'error' || level === 'fatal';
  } catch {
    return false;
  }
}

/** The words of a JSON log line, or the line itself. */
function wordsOf(line: string): string {
  try {
    const record = JSON.parse(line) as { msg?: unknown; problem?: unknown; err?: { message?: unknown } };
    const why = record.problem ?? record.err?.message;
    if (typeof record.msg !== 'string') return line;
    return typeof why === 'string' ? `${record.msg}: ${why}` : record.msg;
  } catch {
    return line;
  }
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
    take: (name, line) => {
      (files.get(name) ?? open(name)).write(`${line}\n`);
      if (all) show(`[${name}] ${line}`);
      else if (isError(line)) show(`[${name}] ${wordsOf(line).slice(0, 300)}`);
    },
    close: () => {
      for (const file of files.values()) file.end();
    },
  };
}
