import { startEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';
import { subscriptionSamples } from './subscription-samples.ts';
import { trafficSamples } from './traffic-samples.ts';

export const serviceSamples = {
  samples: [
    'manual-mailbox-concurrency-429',
    'manual-mailbox-missing-404',
    'manual-subscription-create-lifecycle',
    'manual-throttled-429',
    'outlook-change-notifications-overview-1',
    'subscription-list-1',
  ],
  prepare: async (): Promise<PreparedRoom> => {
    const client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 20 } });
    return { client, samples: { ...(await trafficSamples(client)), ...(await subscriptionSamples(client)) } };
  },
};
