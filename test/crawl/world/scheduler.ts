import type { Random } from './random.ts';

interface Task {
  name: string;
  resume: (() => void) | null;
  done: boolean;
  fault: unknown;
  /** Resolves when the task pauses or ends. */
  rested: () => void;
}

/**
 * Runs tasks of which only one is ever at work: each goes on from one pause to the next when it is picked. So the
 * interleaving of lanes is a pure function of the seed, though they wait for a real database in between.
 */
export interface Scheduler {
  /** Where the task at work lets others go on. */
  pause(): Promise<void>;
  start(name: string, work: () => Promise<void>): Promise<void>;
  /** Lets one task go on, picked at random among those that `may`; false when there is none. */
  step(may?: (name: string) => boolean): Promise<boolean>;
  running(): string[];
}

export function createScheduler(random: Random): Scheduler {
  const tasks: Task[] = [];
  let current: Task | null = null;

  const untilRested = (task: Task) =>
    new Promise<void>((resolve) => {
      task.rested = resolve;
    });

  async function letRun(task: Task, go: () => void): Promise<void> {
    current = task;
    const rested = untilRested(task);
    go();
    await rested;
    current = null;
    if (task.fault !== undefined) throw task.fault;
  }

  return {
    pause() {
      const task = current;
      if (task === null) return Promise.resolve();
      return new Promise<void>((resolve) => {
        task.resume = () => {
          task.resume = null;
          resolve();
        };
        task.rested();
      });
    },
    async start(name, work) {
      const task: Task = { name, resume: null, done: false, fault: undefined, rested: () => undefined };
      tasks.push(task);
      await letRun(task, () => {
        void work()
          .catch((fault: unknown) => {
            task.fault = fault;
          })
          .finally(() => {
            task.done = true;
            task.rested();
          });
      });
    },
    async step(may = () => true) {
      const ready = tasks.filter((task) => !task.done && task.resume !== null && may(task.name));
      if (ready.length === 0) return false;
      const task = random.pick(ready);
      await letRun(task, () => task.resume?.());
      return true;
    },
    running: () => tasks.filter((task) => !task.done).map((task) => task.name),
  };
}
