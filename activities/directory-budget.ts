import { TokenBucket } from 'limiter';
import type { Credential } from '../contract/credential.ts';
import type { RequestBudget } from '../graph/types.ts';
import { longestWaitMs, waitAtMost } from './wait-at-most.ts';

/**
 * Resource units of the identity service per app and tenant: 3,500 in 10 s for the smallest tenants
 * (learn.microsoft.com/graph/throttling-limits, identity and access). Half of it per process leaves room for others.
 */
const unitsPerTenSeconds = 1_750;

/**
 * What each call costs by the same page: by its path (users 2, members 3, transitiveMembers 5, all else 1), less one with
 * `$select`, less one with a `$top` under 20, and never under one. Every operation here selects.
 */
export const directoryUnits = {
  listUsers: 1,
  listDomainUsers: 1,
  listUsersById: 1,
  findUsers: 1,
  getUserHints: 1,
  listDomains: 1,
  findGroups: 1,
  hasMembers: 1,
  listTransitiveMembers: 4,
  listMemberOf: 1,
  sampleUsers: 1,
  sampleGroups: 1,
  getTenantName: 1,
  getAppName: 1,
} as const;
export type DirectoryCall = keyof typeof directoryUnits;

interface Shared {
  bucket: TokenBucket;
  /** Graph asked to send nothing before. */
  notBeforeMs: number;
}

const shared = new Map<string, Shared>();

function sharedBy(credential: Pick<Credential, 'tenantId' | 'clientId'>): Shared {
  const key = `${credential.tenantId}:${credential.clientId}`;
  const known = shared.get(key);
  if (known !== undefined) return known;
  const bucket = new TokenBucket({ bucketSize: unitsPerTenSeconds, tokensPerInterval: unitsPerTenSeconds, interval: 10_000 });
  bucket.content = unitsPerTenSeconds;
  const made = { bucket, notBeforeMs: 0 };
  shared.set(key, made);
  return made;
}

/**
 * The budget of one kind of directory call, out of what this process's activities of one app and tenant share: units, and
 * the wait that Graph asks for. Waits longer than an activity may hold its slot are thrown as WaitLongerError.
 */
export function directoryBudget(
  credential: Pick<Credential, 'tenantId' | 'clientId'>,
  { call, signal }: { call: DirectoryCall; signal: AbortSignal },
): RequestBudget {
  const held = sharedBy(credential);
  return {
    async take() {
      for (let restMs = held.notBeforeMs - Date.now(); restMs > 0; restMs = held.notBeforeMs - Date.now()) {
        await waitAtMost('Graph asked to wait with the directory', { waitMs: restMs, longestMs: longestWaitMs, signal });
      }
      await held.bucket.removeTokens(directoryUnits[call]);
    },
    async onThrottled(waitMs) {
      held.notBeforeMs = Math.max(held.notBeforeMs, Date.now() + waitMs);
    },
  };
}
