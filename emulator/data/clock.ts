/** The emulator's time: the machine's plus an offset that tests may advance. */
export interface Clock {
  nowMs(): number;
  offsetMs(): number;
  setOffsetMs(offsetMs: number): void;
}

export function createClock(machineNowMs: () => number = Date.now): Clock {
  let offset = 0;
  return {
    nowMs: () => machineNowMs() + offset,
    offsetMs: () => offset,
    setOffsetMs: (offsetMs) => {
      offset = offsetMs;
    },
  };
}

/** Exchange gives whole seconds: 2024-05-03T08:15:00Z. */
export function isoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

/** Exchange keeps whole seconds. */
export function wholeSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1_000) * 1_000;
}
