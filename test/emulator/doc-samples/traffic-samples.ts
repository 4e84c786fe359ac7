import { expect } from 'vitest';
import { openRaw } from '../raw-client.ts';
import type { TestEmulator } from '../support.ts';
import type { PreparedRoom } from './sample.ts';

/** The samples of refused requests: too many at once, too many in all, and a mailbox that is not there. */
export async function trafficSamples(client: TestEmulator): Promise<PreparedRoom['samples']> {
  const busy = client.emulator.world.users().findLast((user) => user.class === 'user')!;
  const { body: elsewhere } = await client.control('POST', '/users', { upn: 'elsewhere@contoso.example', class: 'onPremises' });
  return {
    'manual-mailbox-concurrency-429': { path: `/users/${busy.id}/messages`, before: () => holdPlaces(client, busy.id) },
    'manual-mailbox-missing-404': { path: `/users/${elsewhere.id}/mailFolders` },
    'manual-throttled-429': {
      path: '/users',
      before: async () => void (await client.control('PUT', '/limits', { directoryUnits: 1, retryAfter: 'fractional' })),
    },
  };
}

/** Four requests that are not answered hold all places of the mailbox until the emulator ends. */
async function holdPlaces(client: TestEmulator, mailbox: string): Promise<void> {
  const token = await client.appToken();
  await client.control('POST', '/faults', { match: { mailbox, path: '/mailFolders/drafts$' }, answer: { hold: true }, count: 4 });
  for (let place = 0; place < 4; place++) {
    const socket = await openRaw(client);
    const head = [
      `GET /v1.0/users/${mailbox}/mailFolders/drafts HTTP/1.1`,
      `Host: localhost:${client.port}`,
      `Authorization: Bearer ${token}`,
    ];
    socket.write([...head, '', ''].join('\r\n'));
  }
  const played = async () => (await client.control('GET', '/faults')).body.faults.at(-1).played as number;
  await expect.poll(played, { timeout: 20_000 }).toBe(4);
}
