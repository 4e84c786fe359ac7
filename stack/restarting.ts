import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from './first-that-works.ts';
import { describeDeath, type Death } from './process-runner.ts';
import { wordsOf } from './stack-error.ts';

/** More deaths of one process than this within `withinMs` are a reason to give up. */
const limit = { deaths: 5, withinMs: 5 * 60_000 };

export interface Restarting {
  /** Starts a process and remembers how, so that it is started again when it dies. */
  launch<T>(name: string, start: () => Promise<T>): Promise<T>;
  /** To be told of each death. */
  onDeath(death: Death): void;
  /** Resolves with the reason when a process is not to be had any more. */
  gaveUp: Promise<string>;
  /** From now on, nothing is started again. */
  end(): void;
}

/** Starts processes again when they die, a little later each time; see `Restarting`. */
export function createRestarting({ say, now = Date.now, pauseMs = 500 }: { say: Say; now?: () => number; pauseMs?: number }): Restarting {
  const starts = new Map<string, () => Promise<unknown>>();
  const deaths = new Map<string, number[]>();
  const gaveUp = Promise.withResolvers<string>();
  let ended = false;

  const again = async (name: string): Promise<void> => {
    const recent = [...(deaths.get(name) ?? []), now()].filter((at) => at > now() - limit.withinMs);
    deaths.set(name, recent);
    if (recent.length > limit.deaths) {
      gaveUp.resolve(`${name} died ${recent.length} times within ${limit.withinMs / 60_000} minutes`);
      return;
    }
    await sleep(pauseMs * 2 ** (recent.length - 1));
    const start = starts.get(name);
    if (ended || start === undefined) return;
    try {
      await start();
      say(`${name} runs again`);
    } catch (error) {
      if (ended) return;
      say(`${name} could not be started again: ${wordsOf(error)}`);
      await again(name);
    }
  };
  return {
    gaveUp: gaveUp.promise,
    launch: async (name, start) => {
      const result = await start();
      starts.set(name, start);
      return result;
    },
    onDeath: (death) => {
      if (ended) return;
      say(`${describeDeath(death)}\n  Starting it again.`);
      void again(death.name);
    },
    end: () => {
      ended = true;
    },
  };
}
