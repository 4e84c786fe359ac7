import type { SubscriptionChange } from './changes.ts';

/** What a subscription watches, read from its `resource`. */
export interface Watched {
  readonly kind: 'message' | 'event' | 'contact' | 'user' | 'group' | 'drive' | 'list' | 'conversation';
  /** Id of the user, group or library owner; undefined for all users or groups. */
  readonly owner?: string;
  /** Key of the one mail folder; undefined for the whole mailbox. */
  readonly folder?: string;
  readonly select?: readonly string[];
  readonly filter?: string;
}

/** As it was asked for, with what the emulator needs to play it. */
export interface Subscription {
  readonly id: string;
  readonly resource: string;
  readonly watched: Watched;
  readonly changeTypes: readonly string[];
  readonly changeType: string;
  readonly applicationId: string;
  readonly creatorId: string;
  readonly clientState: string | null;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly notificationQueryOptions: string | null;
  readonly expiresMs: number;
  readonly includeResourceData: boolean | null;
  readonly latestSupportedTlsVersion: string;
  readonly encryptionCertificate: string | null;
  readonly encryptionCertificateId: string | null;
  readonly notificationUrlAppId: string | null;
  readonly immutableIds: boolean;
  /** Ids in `@odata.id` and links come from where the subscription was made. */
  readonly serviceRoot: string;
  /** The expiry before which reauthorization was asked for. */
  readonly remindedMs?: number;
}

export interface SubscriptionStates {
  all(): readonly Subscription[];
  get(id: string): Subscription | undefined;
  /** Whether notices were made that have not arrived yet. */
  owes(id: string): boolean;
  readonly size: number;
  apply(change: SubscriptionChange): void;
}

/** Subscriptions as the journal has them; expired ones are there until they are removed. */
export function createSubscriptionStates(): SubscriptionStates {
  const all = new Map<string, Subscription>();
  const owing = new Set<string>();
  return {
    all: () => [...all.values()],
    get: (id) => all.get(id),
    owes: (id) => owing.has(id),
    get size() {
      return all.size;
    },
    apply: (change) => {
      if (change.op === 'subscription.set') return void all.set(change.subscription.id, change.subscription);
      if (change.op === 'subscription.owe' && change.owes) return void owing.add(change.id);
      owing.delete(change.id);
      if (change.op === 'subscription.remove') all.delete(change.id);
    },
  };
}
