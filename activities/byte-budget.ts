/** Bounds how many bytes of files all lanes of a process hold at once; who asks for more than is left waits for a turn. */
export interface ByteBudget {
  /** Takes bytes (at most the whole budget); throws the reason when the signal fires first. */
  take(bytes: number, signal: AbortSignal): Promise<HeldBytes>;
}

export interface HeldBytes {
  readonly bytes: number;
  /** Keeps no more than so many of what was taken. */
  shrinkTo(bytes: number): void;
  release(): void;
}

interface Waiting {
  bytes: number;
  start(): void;
}

export function createByteBudget(totalBytes: number): ByteBudget {
  let left = totalBytes;
  const waiting: Waiting[] = [];

  /** In order, so that who wants much is not passed by all who want little. */
  function serve(): void {
    for (let first = waiting[0]; first !== undefined && first.bytes <= left; first = waiting[0]) {
      waiting.shift();
      left -= first.bytes;
      first.start();
    }
  }

  function hold(bytes: number): HeldBytes {
    let held = bytes;
    const shrinkTo = (wanted: number) => {
      const given = Math.max(0, held - Math.max(0, wanted));
      held -= given;
      left += given;
      serve();
    };
    return {
      get bytes() {
        return held;
      },
      shrinkTo,
      release: () => shrinkTo(0),
    };
  }

  return {
    take(wanted, signal) {
      const bytes = Math.min(Math.max(0, wanted), totalBytes);
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason as Error);
          serve();
        };
        const start = () => {
          signal.removeEventListener('abort', onAbort);
          resolve(hold(bytes));
        };
        const entry: Waiting = { bytes, start };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(entry);
        serve();
      });
    },
  };
}
