/**
 * Microsoft's limits, from learn.microsoft.com/graph/throttling-limits and, for drives and sites, from
 * learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online.
 */
export interface LimitSettings {
  /** Outlook, per app and mailbox. */
  readonly concurrent: number;
  readonly requestsPerWindow: number;
  readonly windowSeconds: number;
  readonly uploadBytesPerWindow: number;
  readonly uploadWindowSeconds: number;
  /** Identity, per app and tenant: resource units in ten seconds. 0 lets the tenant's size decide. */
  readonly directoryUnits: number;
  /** Identity, per app and tenant: writes in 150 seconds. */
  readonly directoryWrites: number;
  /** Identity, per tenant over all apps: writes in five minutes. */
  readonly tenantWrites: number;
  /** All of Graph, per app: requests in ten seconds. */
  readonly globalRequests: number;
  /** POST, PATCH and DELETE of subscriptions in twenty seconds. */
  readonly subscriptionWrites: number;
  /** Drives and sites, per app and tenant: resource units in a minute. 0 lets the tenant's size decide. */
  readonly driveUnits: number;
  /** Whole seconds, seconds with a fraction, or no Retry-After at all: all three are seen. */
  readonly retryAfter: RetryAfterStyle;
}

export type RetryAfterStyle = 'whole' | 'fractional' | 'none';

export const RETRY_AFTER_STYLES: readonly RetryAfterStyle[] = ['whole', 'fractional', 'none'];

export const DEFAULT_LIMITS: LimitSettings = {
  ...{ concurrent: 4, requestsPerWindow: 10_000, windowSeconds: 600 },
  ...{ uploadBytesPerWindow: 150 * 1024 * 1024, uploadWindowSeconds: 300 },
  ...{ directoryUnits: 0, directoryWrites: 3_000, tenantWrites: 18_000, globalRequests: 130_000, subscriptionWrites: 500, driveUnits: 0 },
  retryAfter: 'whole',
};

/** Tenants below 50 users, below 500, and larger ones. */
export function directoryUnitsOf(users: number): number {
  if (users < 50) return 3_500;
  return users <= 500 ? 5_000 : 8_000;
}

/** By licences: to 1,000, 5,000, 15,000, 50,000 and above. */
export function driveUnitsOf(licences: number): number {
  const class_ = [1_000, 5_000, 15_000, 50_000].filter((most) => licences > most).length + 1;
  return 1_250 * class_;
}

/** A wait as the header gives it; undefined when the header is left out. */
export function retryAfterText(seconds: number, style: RetryAfterStyle): string | undefined {
  if (style === 'none') return undefined;
  return style === 'whole' ? String(Math.max(1, Math.ceil(seconds))) : Math.max(0.001, seconds).toFixed(3);
}
