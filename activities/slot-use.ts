/** How many of this process's slots are taken, by task queue. */
export interface SlotUse {
  /** Counts one activity of the queue; the returned function ends it. */
  enter(taskQueue: string): () => void;
  /** Whether who comes next has to wait. False for a queue that is not known here. */
  isFull(taskQueue: string): boolean;
}

export function createSlotUse(slots: Readonly<Record<string, number>>): SlotUse {
  const taken = new Map<string, number>();
  const add = (taskQueue: string, change: number) => taken.set(taskQueue, (taken.get(taskQueue) ?? 0) + change);
  return {
    enter(taskQueue) {
      add(taskQueue, 1);
      return () => void add(taskQueue, -1);
    },
    isFull: (taskQueue) => (taken.get(taskQueue) ?? 0) >= (slots[taskQueue] ?? Number.POSITIVE_INFINITY),
  };
}
