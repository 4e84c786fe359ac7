import { attempt } from './attempt.ts';
import type { Found } from './try-mailbox.ts';
import { freely, type Testing } from './testing.ts';

export interface ServiceFindings {
  drives: Found[];
  sites: Found;
  subscriptions: Found;
}

/**
 * Tries OneDrive, SharePoint and change notifications: a handful of requests to services whose limits are neither the
 * directory's nor a mailbox's (learn.microsoft.com/graph/throttling-limits).
 */
export async function tryServices(testing: Testing, userIds: readonly string[]): Promise<ServiceFindings> {
  const { inspector } = testing;
  const ask = (call: (limited: AbortSignal) => Promise<void>) => attempt(call, freely(testing));
  const [sites, subscriptions, ...drives] = await Promise.all([
    ask((limited) => inspector.probeRootSite({ signal: limited })),
    ask((limited) => inspector.probeSubscriptions({ signal: limited })),
    ...userIds.map((userId) => ask((limited) => inspector.probeDrive({ userId }, { signal: limited }))),
  ]);
  return { drives, sites: sites!, subscriptions: subscriptions! };
}
