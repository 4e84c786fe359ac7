import type { Blobs } from './blobs.ts';
import type { Change, DriveChange, JournalEntry, SubscriptionChange } from './changes.ts';
import { NO_DOCUMENTS, type SiteBase } from './drive-model.ts';
import { createDriveStates, type DriveStates } from './drive-state.ts';
import type { Organisation } from './model.ts';
import { createSubscriptionStates, type SubscriptionStates } from './subscription-state.ts';

/** What the organisation has beside directory and mailboxes. */
export interface ServiceViews {
  readonly sites: readonly SiteBase[];
  readonly drives: Pick<DriveStates, 'drive'>;
  readonly subscriptions: Omit<SubscriptionStates, 'apply'>;
}

export interface ServiceStates {
  readonly views: ServiceViews;
  /** False when the change is none of theirs. */
  apply(entry: JournalEntry): entry is { readonly atMs: number } & (DriveChange | SubscriptionChange);
}

export function createServiceStates(organisation: Organisation, blobs: Blobs): ServiceStates {
  const documents = organisation.documents ?? NO_DOCUMENTS;
  const drives = createDriveStates(documents, blobs);
  const subscriptions = createSubscriptionStates();
  return {
    views: { sites: documents.sites, drives, subscriptions },
    apply: (entry): entry is { readonly atMs: number } & (DriveChange | SubscriptionChange) => {
      if ('drive' in entry) drives.apply(entry, entry.atMs);
      else if (entry.op === 'subscription.set' || entry.op === 'subscription.remove' || entry.op === 'subscription.owe')
        subscriptions.apply(entry);
      else return false;
      return true;
    },
  };
}

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
