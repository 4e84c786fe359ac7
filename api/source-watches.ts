/** What is seen of a source: as text, so that it is compared and sent without being made anew for each client. */
export interface Seen {
  text: string;
  /** Nothing more will come. */
  ended: boolean;
}

interface Watch {
  seen: Seen | null;
  /** Grows with each change of what is seen. */
  version: number;
  followers: number;
  news: PromiseWithResolvers<void>;
}

export interface SourceWatches {
  /**
   * What is seen of a source now, then each change of it; null when nothing has come for `quietMs`. A slow reader is told
   * the latest state, not each. Ends with the source's crawl, or with the signal.
   */
  follow(sourceId: string, given: { quietMs: number; signal: AbortSignal }): AsyncGenerator<Seen | null>;
}

const leastPauseMs = 1000;
/** Looking takes no more than this share of the time, however many mailboxes a source has. */
const restPerLook = 9;

/** One look at MongoDB per source and moment, however many clients follow it; none while nobody does. */
export function createSourceWatches(deps: { look(sourceId: string): Promise<Seen>; onFailure(error: unknown): void }): SourceWatches {
  const watches = new Map<string, Watch>();

  async function keepLooking(sourceId: string, watch: Watch): Promise<void> {
    while (watch.followers > 0) {
      const startedMs = Date.now();
      try {
        const seen = await deps.look(sourceId);
        if (seen.text !== watch.seen?.text) tell(watch, seen);
      } catch (error) {
        deps.onFailure(error);
      }
      if (watch.seen?.ended === true) break;
      await pause(Math.max(leastPauseMs, (Date.now() - startedMs) * restPerLook));
    }
    watches.delete(sourceId);
  }

  function join(sourceId: string): Watch {
    const known = watches.get(sourceId);
    // One that has ended is of a crawl of before.
    if (known !== undefined && known.followers > 0 && known.seen?.ended !== true) {
      known.followers += 1;
      return known;
    }
    const watch = { seen: null, version: 0, followers: 1, news: Promise.withResolvers<void>() };
    watches.set(sourceId, watch);
    void keepLooking(sourceId, watch);
    return watch;
  }

  return {
    async *follow(sourceId, { quietMs, signal }) {
      const watch = join(sourceId);
      try {
        for (let version = 0; !signal.aborted;) {
          if (watch.seen !== null && watch.version > version) {
            ({ version } = watch);
            const { seen } = watch;
            yield seen;
            if (seen.ended) return;
          } else if (!(await within(watch.news.promise, { ms: quietMs, signal }))) yield null;
        }
      } finally {
        watch.followers -= 1;
      }
    },
  };
}

function tell(watch: Watch, seen: Seen): void {
  const { news } = watch;
  Object.assign(watch, { seen, version: watch.version + 1, news: Promise.withResolvers<void>() });
  news.resolve();
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms).unref();
  return promise;
}

/** True when the news came, or the signal did; false after so long without. */
async function within(news: Promise<void>, { ms, signal }: { ms: number; signal: AbortSignal }): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const abort = () => resolve(true);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([news.then(() => true), over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
