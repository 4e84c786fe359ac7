/** Takes the lock at `path` if it is free or its holder is dead; else says which process holds it. */
export function tryLock(path: string): { release: () => void } | { heldBy: number };

/** Waits until the lock at `path` is ours; `onWait` hears once of the process that holds it. Gives `release`. */
export function waitForLock(path: string, onWait?: (heldBy: number) => void): Promise<() => void>;
