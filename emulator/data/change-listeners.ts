import type { Change } from './changes.ts';

/** Called just before a change is applied; what it returns is called just after. */
export type ChangeListener = (change: Change) => (() => void) | undefined;

export interface ChangeListeners {
  /** Returns how to stop. */
  onChanges(listener: ChangeListener): () => void;
  /** Tells of a change to come; returns how to tell that it was applied. */
  announce(change: Change): () => void;
}

export function createChangeListeners(): ChangeListeners {
  const listeners = new Set<ChangeListener>();
  return {
    onChanges: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    announce: (change) => {
      const afterwards = [...listeners].map((listener) => listener(change));
      return () => {
        for (const tell of afterwards) tell?.();
      };
    },
  };
}
