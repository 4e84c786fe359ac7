import { startReceiver } from '../notification-receiver.ts';
import type { TestEmulator } from '../support.ts';
import type { Replay } from './sample.ts';

/** With a local endpoint in the place of the pages' own, and one subscription to list. */
export async function subscriptionSamples(client: TestEmulator): Promise<Record<string, Replay>> {
  const receiver = await startReceiver();
  const stop = client.stop;
  Object.assign(client, { stop: () => Promise.all([stop(), receiver.stop()]) });
  const user = client.emulator.world.users().find((known) => known.class === 'user')!;
  const urls = { notificationUrl: `${receiver.url}/notices`, clientState: 'secretClientState' };
  const lifecycle = { lifecycleNotificationUrl: `${receiver.url}/lifecycle` };
  const expirationDateTime = new Date(client.emulator.world.clock.nowMs() + 7_200_000).toISOString();
  const resource = `users/${user.id}/messages`;
  const listed = {
    ...{ ...urls, ...lifecycle, expirationDateTime, resource: 'Users', changeType: 'updated,deleted' },
    ...{ includeResourceData: false, encryptionCertificate: '', encryptionCertificateId: '' },
  };
  const before = async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await client.appToken()}` };
    await client.send('POST', `${client.url}/v1.0/subscriptions`, { headers, body: JSON.stringify(listed) });
  };
  return {
    'manual-subscription-create-lifecycle': {
      body: { ...urls, ...lifecycle, expirationDateTime, resource: `/${resource}`, changeType: 'created,updated' },
    },
    'outlook-change-notifications-overview-1': { body: { ...urls, expirationDateTime, resource, changeType: 'created' } },
    'subscription-list-1': { before },
  };
}
