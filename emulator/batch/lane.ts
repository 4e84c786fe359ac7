/** Lets so many through at a time; the others wait in order. */
export interface Lane {
  /** Resolves with the way out. */
  enter(): Promise<() => void>;
}

export function createLane(width: number): Lane {
  const waiting: (() => void)[] = [];
  let inside = 0;
  const leave = () => {
    inside--;
    waiting.shift()?.();
  };
  return {
    enter: async () => {
      while (inside >= width) await new Promise<void>((resolve) => waiting.push(resolve));
      inside++;
      return leave;
    },
  };
}
