import type { Blobs } from './blobs.ts';
import type { JournalEntry } from './changes.ts';
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
  apply(entry: JournalEntry): boolean;
}

export function createServiceStates(organisation: Organisation, blobs: Blobs): ServiceStates {
  const documents = organisation.documents ?? NO_DOCUMENTS;
  const drives = createDriveStates(documents, blobs);
  const subscriptions = createSubscriptionStates();
  return {
    views: { sites: documents.sites, drives, subscriptions },
    apply: (entry) => {
      if ('drive' in entry) drives.apply(entry, entry.atMs);
      else if (entry.op === 'subscription.set' || entry.op === 'subscription.remove' || entry.op === 'subscription.owe')
        subscriptions.apply(entry);
      else return false;
      return true;
    },
  };
}
