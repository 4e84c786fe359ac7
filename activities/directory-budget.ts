import { setTimeout as delay } from 'node:timers/promises';
import { TokenBucket } from 'limiter';
import type { Credential } from '../contract/credential.ts';
import type { RequestBudget } from '../graph/types.ts';

/**
 * Resource units of the identity service per app and tenant: 3,500 in 10 s for the smallest tenants
 * (learn.microsoft.com/graph/throttling-limits, identity and access). Half of it per process leaves room for others.
 */
const unitsPerTenSeconds = 1_750;
const unitsPerList = 2;

const buckets = new Map<string, TokenBucket>();

/** The budget of directory calls, shared by this process's activities of one app and tenant. */
export function directoryBudget(credential: Pick<Credential, 'tenantId' | 'clientId'>): RequestBudget {
  const key = `${credential.tenantId}:${credential.clientId}`;
  let bucket = buckets.get(key);
  if (bucket === undefined) {
    bucket = new TokenBucket({ bucketSize: unitsPerTenSeconds, tokensPerInterval: unitsPerTenSeconds, interval: 10_000 });
    bucket.content = unitsPerTenSeconds;
    buckets.set(key, bucket);
  }
  const held = bucket;
  return {
    async take() {
      await held.removeTokens(unitsPerList);
    },
    async onThrottled(waitMs) {
      await delay(Math.min(waitMs, 30_000));
    },
  };
}
