import { ProblemError } from './problem.ts';

/** Counts long answers, so that no more than so many are open, and the end of the process can wait for theirs. */
export interface OpenStreams {
  /** Takes a place. Throws ProblemError `too-many-streams` when there is none. */
  open(): { close(): void };
  /** Resolves when all are closed. */
  allClosed(): Promise<void>;
}

export function createOpenStreams({ most, what }: { most: number; what: string }): OpenStreams {
  const open = new Set<Promise<void>>();
  return {
    open() {
      if (open.size >= most) {
        throw new ProblemError(
          'too-many-streams',
          `${most} ${what} are open already, which is as many as this API takes. Close one, or come back later.`,
        );
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      open.add(promise);
      return {
        close() {
          open.delete(promise);
          resolve();
        },
      };
    },
    async allClosed() {
      await Promise.all(open);
    },
  };
}
