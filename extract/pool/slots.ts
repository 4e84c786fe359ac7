/** A place that one piece of work holds at a time, with what is kept in it between pieces. */
export interface Slot<T> {
  held: T | null;
}

export interface Slots<T> {
  /** Runs work in a free place; waits for one, in order, until the signal fires. */
  use<R>(work: (slot: Slot<T>) => Promise<R>, signal?: AbortSignal): Promise<R>;
  /** Refuses further work and ends what is kept. */
  close(end: (held: T) => void): Promise<void>;
}

export function createSlots<T>(count: number): Slots<T> {
  const all: Slot<T>[] = Array.from({ length: count }, () => ({ held: null }));
  const free = [...all];
  const waiting: ((slot: Slot<T>) => void)[] = [];
  let closed = false;

  async function take(signal: AbortSignal | undefined): Promise<Slot<T>> {
    signal?.throwIfAborted();
    // What was used last is warm.
    const slot = free.pop();
    if (slot !== undefined) return slot;
    return new Promise((resolve, reject) => {
      const onSlot = (given: Slot<T>) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(given);
      };
      const onAbort = () => {
        waiting.splice(waiting.indexOf(onSlot), 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(onSlot);
    });
  }

  function giveBack(slot: Slot<T>): void {
    const next = waiting.shift();
    if (next === undefined) free.push(slot);
    else next(slot);
  }

  return {
    async use(work, signal) {
      if (closed) throw new Error('The process is ending: no more files are read');
      const slot = await take(signal);
      try {
        return await work(slot);
      } finally {
        giveBack(slot);
      }
    },
    async close(end) {
      closed = true;
      for (const slot of all) if (slot.held !== null) end(slot.held);
    },
  };
}
