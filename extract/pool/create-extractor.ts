import { textMaxBytes } from '../../contract/extraction.ts';
import type { ExtractionOutcome } from '../../contract/extraction.ts';
import type { Extractor, Reading, ReadTask } from '../types.ts';
import { readWithParts, type WholeLimits } from './read-with-parts.ts';
import { startReaderProcess, type ReaderProcess, type ReadResult } from './reader-process.ts';
import { createSlots } from './slots.ts';

export interface ExtractorSettings {
  /** Children that read side by side. */
  processes: number;
  /** For one file; one with parts may take `wholeFactor` times as long. */
  timeoutMs: number;
  /** Resident memory of a child. */
  memoryBytes: number;
}

/** How many time limits a file may take with all its parts. */
const wholeFactor = 3;
/** A child is replaced after so many files, or when it has grown to half its limit: what a file left behind costs no other one. */
const filesPerProcess = 500;
const restingShare = 0.5;

const limits: WholeLimits = {
  textBytes: textMaxBytes,
  inflatedBytes: 100 * 1_048_576,
  parts: 200,
  depth: 5,
  partsTextBytes: 8 * textMaxBytes,
};

type Cause = Extract<ReadResult, { kind: 'stopped' }>['why'];
const stopped: Record<Cause, { outcome: ExtractionOutcome; words: string }> = {
  time: { outcome: 'timedOut', words: 'Its reader was stopped: it took longer than the limit' },
  memory: { outcome: 'tooMuchMemory', words: 'Its reader was stopped: it took more memory than the limit' },
  failure: { outcome: 'broken', words: 'The file is damaged: its reader ended without an answer' },
};

const unread = (why: Cause): Reading => ({ ...stopped[why], mediaType: null, text: '', truncated: false, mail: null, members: [] });

/** Makes the pool of children. None is started before the first file, and one that waits keeps nobody from ending. */
export function createExtractor({ processes, timeoutMs, memoryBytes }: ExtractorSettings): Extractor {
  const slots = createSlots<ReaderProcess>(processes);

  async function readIn(slot: { held: ReaderProcess | null }, task: ReadTask, left: { ms: number }): Promise<Reading> {
    for (let attempt = 1; ; attempt += 1) {
      slot.held ??= await startReaderProcess({ memoryBytes });
      const child = slot.held;
      const isFresh = child.files === 0;
      if (left.ms <= 0) return unread('time');
      const result = await child.read(task, Math.min(timeoutMs, left.ms));
      left.ms -= result.spentMs;
      if (result.kind === 'read') {
        retireIfWorn(slot);
        return result.reading;
      }
      if (!child.alive) slot.held = null;
      // What earlier files left behind may have been the cause: only a fresh child tells.
      if (result.why !== 'time' && !isFresh && attempt === 1) continue;
      return unread(result.why);
    }
  }

  function retireIfWorn(slot: { held: ReaderProcess | null }): void {
    const child = slot.held;
    if (child === null) return;
    const isWorn = child.files >= filesPerProcess || child.memoryBytes() > restingShare * memoryBytes;
    if (!isWorn) return;
    child.kill();
    slot.held = null;
  }

  return {
    read: (file, signal) =>
      slots.use(async (slot) => {
        if (slot.held?.alive === false) slot.held = null;
        const left = { ms: wholeFactor * timeoutMs };
        const readOne = (task: ReadTask) => {
          signal?.throwIfAborted();
          return readIn(slot, task, left);
        };
        return readWithParts(file, { limits, readOne });
      }, signal),
    async close() {
      await slots.close((child) => child.kill());
    },
  };
}
