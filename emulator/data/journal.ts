import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface Journal<Entry> {
  /** Everything written before this start, oldest first. */
  readonly entries: readonly Entry[];
  /** Writes one line; it survives the death of the process from here on. */
  append(entry: Entry): void;
  /** Resolves when all that was appended is on the disk, and would survive the machine's death too. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

/**
 * An append-only file of JSON lines. A torn last line (power went in the middle of a write) is cut off; a broken line
 * elsewhere is an error, since what follows it could not be trusted.
 */
export function openJournal<Entry>(dataDir: string): Journal<Entry> {
  const file = join(dataDir, 'journal.ndjson');
  const entries = existsSync(file) ? readEntries<Entry>(file) : [];
  const handle = openSync(file, 'a');
  syncFolder(dirname(file));
  let appended = 0;
  let synced = 0;
  let running: Promise<void> | undefined;
  const syncOnce = () => {
    const upTo = appended;
    return new Promise<void>((resolve, reject) => {
      fdatasync(handle, (error) => {
        running = undefined;
        if (error) return reject(error);
        synced = Math.max(synced, upTo);
        resolve();
      });
    });
  };
  const flushed = async (): Promise<void> => {
    const wanted = appended;
    while (synced < wanted) {
      running ??= syncOnce();
      await running;
    }
  };
  return {
    entries,
    append: (entry) => {
      appendLine(handle, `${JSON.stringify(entry)}\n`);
      appended++;
    },
    flushed,
    close: async () => {
      await flushed();
      closeSync(handle);
    },
  };
}

/** Writes all of a line or nothing: half a line, left by a full disk, would spoil the next one. */
function appendLine(handle: number, line: string): void {
  const bytes = Buffer.from(line, 'utf8');
  const { size } = fstatSync(handle);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
  } catch (error) {
    ftruncateSync(handle, size);
    throw error;
  }
}

function readEntries<Entry>(file: string): Entry[] {
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(file, whole);
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Entry;
    } catch (cause) {
      throw new Error(`Line ${index + 1} of the journal ${file} is not JSON; restore the file or start with an empty data folder`, {
        cause,
      });
    }
  });
}

/** A new file's name is on the disk only when its folder was synced. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
