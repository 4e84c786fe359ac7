import { rmSync } from 'node:fs';
import { constants, createDecipheriv, createHmac, privateDecrypt, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeEncryptionCertificate } from './encryption-certificate.ts';
import { startReceiver, type Receiver } from './notification-receiver.ts';
import { startEmulator, type Reply, type TestEmulator } from './support.ts';

const HOUR_MS = 3_600_000;
const ROLES = ['Mail.Read', 'Calendars.Read', 'User.Read.All', 'Files.ReadWrite.All', 'Sites.ReadWrite.All'];

let client: TestEmulator;
let receiver: Receiver;
let rmDir: string | undefined;
let user: { id: string; upn: string };

function inMinutes(minutes: number): string {
  return new Date(client.emulator.world.clock.nowMs() + minutes * 60_000).toISOString();
}

/** With a new token each time: the clock jumps here. */
async function call(method: string, path: string, body?: object | string, headers: Record<string, string> = {}): Promise<Reply> {
  return client.send(method, `${client.url}/v1.0${path}`, {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${(await client.token()).body.access_token}`, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

function subscribe(changes: object = {}, headers: Record<string, string> = {}): Promise<Reply> {
  const body = {
    ...{ changeType: 'created,updated,deleted', notificationUrl: `${receiver.url}/notices`, resource: `/users/${user.id}/messages` },
    ...{ lifecycleNotificationUrl: `${receiver.url}/lifecycle`, expirationDateTime: inMinutes(120), clientState: 'secret' },
    ...changes,
  };
  return call('POST', '/subscriptions', body, headers);
}

async function untold(): Promise<void> {
  for (const { id } of (await call('GET', '/subscriptions')).body.value)
    expect((await call('DELETE', `/subscriptions/${id}`)).status).toBe(204);
  receiver.received.length = 0;
  receiver.status = 202;
}

async function until(check: () => unknown): Promise<void> {
  await vi.waitFor(check, { timeout: 5_000, interval: 20 });
}

beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 30 } });
  receiver = await startReceiver();
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: ROLES });
  user = client.emulator.world.users().find((known) => known.class === 'user')!;
});

afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
  await receiver.stop();
  if (rmDir !== undefined) rmSync(rmDir, { recursive: true, force: true });
});

describe('a subscription', () => {
  test('is made after both endpoints gave the token back, and can be read, renewed and deleted', async () => {
    const made = await subscribe();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ resource: `/users/${user.id}/messages`, applicationId: client.clientId, clientState: 'secret' });
    const path = `/subscriptions/${made.body.id}`;
    expect((await call('GET', path)).body.id).toBe(made.body.id);
    expect((await call('GET', '/subscriptions')).body.value).toHaveLength(1);
    const expirationDateTime = inMinutes(10_000);
    const renewed = await call('PATCH', path, { expirationDateTime });
    expect([renewed.status, renewed.body.expirationDateTime]).toEqual([200, expirationDateTime]);
    expect((await call('POST', `${path}/reauthorize`)).status).toBe(204);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('DELETE', path)).status).toBe(404);
  });

  test('is refused when an endpoint does not shake hands as documented', async () => {
    const usual = receiver.handshake;
    const wrong: Receiver['handshake'][] = [
      (token) => ({ status: 202, type: 'text/plain', body: token }),
      (token) => ({ status: 200, type: 'application/json', body: token }),
      (token) => ({ status: 200, type: 'text/plain', body: encodeURIComponent(token) }),
    ];
    for (const handshake of wrong) {
      receiver.handshake = handshake;
      expect(await subscribe()).toMatchObject({ status: 400, body: { error: { code: 'ValidationError' } } });
    }
    receiver.handshake = usual;
    expect((await subscribe({ lifecycleNotificationUrl: 'http://127.0.0.1:1/none' })).body.error.code).toBe('ValidationError');
  });

  test.each([
    ['an unknown change', { changeType: 'created,moved' }],
    ['a change of another type', { changeType: 7 }],
    ['a calendar of its own', { resource: '/users/x/calendars/y/events' }],
    ['no resource', { resource: '' }],
    ['a past date', { expirationDateTime: '2020-01-01T00:00:00Z' }],
    ['no date', { expirationDateTime: 'tomorrow' }],
    ['a client state too long', { clientState: 'x'.repeat(129) }],
    ['plain http to somewhere else', { notificationUrl: 'http://example.com/notices' }],
    ['no URL', { notificationUrl: 'nowhere' }],
    ['resource data without a certificate', { includeResourceData: true }],
    ['an unknown TLS version', { latestSupportedTlsVersion: 'v9' }],
  ])('with %s is refused with 400', async (_what, changes) => {
    const reply = await subscribe(changes);
    expect(reply.status).toBe(400);
    expect(reply.body.error.message).toBeTypeOf('string');
  });

  test('lives no longer than Outlook allows, and no shorter than 45 minutes', async () => {
    expect((await subscribe({ expirationDateTime: inMinutes(10_081) })).status).toBe(400);
    const short = await subscribe({ expirationDateTime: inMinutes(5) });
    const left = Date.parse(short.body.expirationDateTime) - client.emulator.world.clock.nowMs();
    expect(left).toBeGreaterThan(44 * 60_000);
    await untold();
  });

  test('is refused twice for the same resource and change, and without the permission to read', async () => {
    expect((await subscribe()).status).toBe(201);
    expect((await subscribe()).status).toBe(409);
    expect((await subscribe({ resource: `/users/${user.id}/contacts` })).status).toBe(403);
    const lists = { resource: '/users', changeType: 'created' };
    expect((await subscribe(lists)).status).toBe(400);
    await untold();
  });

  test('takes every documented resource', async () => {
    const resources = [
      `users/${user.id}/mailFolders('inbox')/messages`,
      `/users/${user.upn}/mailFolders/sentitems/messages`,
      `/users/${user.id}/events`,
    ];
    for (const resource of resources) expect((await subscribe({ resource })).status).toBe(201);
    for (const resource of ['/users', `/users/${user.id}`])
      expect((await subscribe({ resource, changeType: 'updated,deleted' })).status).toBe(201);
    const drive = (await client.get(`/users/${user.id}/drive`)).body.id;
    for (const resource of [`/drives/${drive}/root`, `/users/${user.id}/drive/root`, '/sites/root/lists/Documents'])
      expect((await subscribe({ resource, changeType: 'updated' })).status).toBe(201);
    await untold();
  });
});

describe('notices', () => {
  test('tell of a message that came, was read, moved and deleted', async () => {
    const { id } = (await subscribe({}, { prefer: 'IdType="ImmutableId"' })).body;
    const inFolder = { resource: `/users/${user.id}/mailFolders/inbox/messages`, notificationUrl: `${receiver.url}/inbox` };
    await subscribe(inFolder, { prefer: 'IdType="ImmutableId"' });
    const message = (await client.control('POST', `/mailboxes/${user.id}/messages`, { subject: 'One' })).body;
    await client.control('PATCH', `/mailboxes/${user.id}/messages/${message.id}`, { isRead: true });
    await client.control('POST', `/mailboxes/${user.id}/messages/${message.id}/move`, { folder: 'archive' });
    await client.control('DELETE', `/mailboxes/${user.id}/messages/${message.id}?hard=true`);
    await until(() => expect(receiver.notices()).toHaveLength(4));
    await until(() => expect(receiver.notices('/inbox')).toHaveLength(3));
    expect(receiver.notices().map((notice) => notice.changeType)).toEqual(['created', 'updated', 'updated', 'deleted']);
    expect(receiver.notices('/inbox').map((notice) => notice.changeType)).toEqual(['created', 'updated', 'deleted']);
    const tenantId = client.tenantId;
    const owner = `${user.id}@${tenantId}`;
    expect(receiver.notices()[0]).toMatchObject({
      ...{ subscriptionId: id, clientState: 'secret', tenantId, resource: `users/${owner}/messages/${message.id}` },
      resourceData: { '@odata.type': '#Microsoft.Graph.Message', '@odata.id': `Users/${owner}/Messages/${message.id}`, id: message.id },
    });
    await untold();
  });

  test('come with the ids that change, unless immutable ones were asked for', async () => {
    await subscribe();
    const message = (await client.control('POST', `/mailboxes/${user.id}/messages`, { subject: 'Two' })).body;
    await until(() => expect(receiver.notices()[0]?.resourceData.id).toBe(message.changingId));
    await untold();
  });

  test('of many changes come several in a post', async () => {
    await subscribe();
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => client.control('POST', `/mailboxes/${user.id}/messages`, { subject: `${index}` })),
    );
    await until(() => expect(receiver.notices()).toHaveLength(30));
    expect(receiver.received.length).toBeLessThan(30);
    await untold();
  });

  test('tell of events, users and libraries', async () => {
    await subscribe({ resource: `/users/${user.id}/events` });
    await subscribe({ resource: '/users', changeType: 'updated,deleted' });
    await subscribe({ resource: `/users/${user.id}/drive/root`, changeType: 'updated' });
    await client.control('POST', `/mailboxes/${user.id}/calendars/default/events`, { subject: 'Lunch' });
    const added = (await client.control('POST', '/users', { upn: 'new@contoso.example' })).body;
    await client.control('DELETE', `/users/${added.id}`);
    await client.control('POST', `/drives/${user.id}/items`, { path: 'new.txt', content: 'New' });
    await until(() => expect(receiver.notices()).toHaveLength(4));
    const kinds = receiver.notices().map((notice) => [notice.changeType, notice.resourceData['@odata.type']].join(' '));
    expect(kinds.toSorted()).toEqual([
      'created #Microsoft.Graph.Event',
      'deleted #Microsoft.Graph.User',
      'updated #Microsoft.Graph.DriveItem',
      'updated #Microsoft.Graph.User',
    ]);
    await untold();
  });

  test('carry encrypted resource data that the certificate’s key opens', async () => {
    const { certificate, key: privateKey } = await makeEncryptionCertificate();
    const asked = { includeResourceData: true, encryptionCertificate: certificate, encryptionCertificateId: 'mine' };
    expect((await subscribe(asked)).status).toBe(400);
    const resource = `/users/${user.id}/messages?$select=subject,isRead`;
    expect((await subscribe({ ...asked, resource, expirationDateTime: inMinutes(1_500) })).status).toBe(400);
    expect((await subscribe({ ...asked, resource })).status).toBe(201);
    await client.control('POST', `/mailboxes/${user.id}/messages`, { subject: 'Secret plan' });
    await until(() => expect(receiver.notices()).toHaveLength(1));
    const { encryptedContent: content } = receiver.notices()[0];
    const padding = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING };
    const key = privateDecrypt(padding, Buffer.from(content.dataKey, 'base64'));
    const data = Buffer.from(content.data, 'base64');
    expect(createHmac('sha256', key).update(data).digest('base64')).toBe(content.dataSignature);
    const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
    const entity = JSON.parse(Buffer.concat([cipher.update(data), cipher.final()]).toString('utf8'));
    expect(entity).toMatchObject({ subject: 'Secret plan', isRead: false });
    expect(entity.body).toBeUndefined();
    const thumbprint = new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint.replaceAll(':', '');
    expect(content).toMatchObject({ encryptionCertificateId: 'mine', encryptionCertificateThumbprint: thumbprint });
    const [token] = receiver.received.at(-1)!.body.validationTokens;
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));
    expect(claims).toMatchObject({ aud: client.clientId, tid: client.tenantId, appid: '0bf30f3b-4a52-48df-9a82-234910c4a086' });
    await untold();
  });

  test('are sent again with growing distance, for four hours; then they are told as missed', async () => {
    await subscribe({ expirationDateTime: inMinutes(10_000) });
    receiver.status = 503;
    await client.control('POST', `/mailboxes/${user.id}/messages`, { subject: 'Late' });
    await until(() => expect(receiver.notices()).toHaveLength(1));
    await client.control('POST', '/clock', { advanceMs: 11_000 });
    await until(() => expect(receiver.notices()).toHaveLength(2));
    receiver.status = 202;
    await client.control('POST', '/clock', { advanceMs: 31_000 });
    await until(() => expect(receiver.notices()).toHaveLength(3));
    receiver.status = 500;
    await client.control('POST', `/mailboxes/${user.id}/messages`, { subject: 'Lost' });
    await until(() => expect(receiver.notices()).toHaveLength(4));
    await until(async () => expect((await client.control('GET', '/subscriptions')).body.waiting[0].attempts).toBe(1));
    await client.control('POST', '/clock', { advanceMs: 4 * HOUR_MS });
    await until(() => expect(receiver.notices('/lifecycle').map((notice) => notice.lifecycleEvent)).toEqual(['missed']));
    await untold();
  });
});

describe('lifecycle notices', () => {
  test('ask for reauthorization before the end, after which nothing is left', async () => {
    const { id } = (await subscribe({ expirationDateTime: inMinutes(60) })).body;
    await client.control('POST', '/clock', { advanceMs: 50 * 60_000 });
    await until(() => expect(receiver.notices('/lifecycle')).toHaveLength(1));
    expect(receiver.notices('/lifecycle')[0]).toMatchObject({
      ...{ lifecycleEvent: 'reauthorizationRequired', subscriptionId: id, clientState: 'secret', tenantId: client.tenantId },
      subscriptionExpirationDateTime: expect.stringMatching(/Z$/),
    });
    await client.control('POST', '/clock', { advanceMs: 11 * 60_000 });
    expect((await call('GET', `/subscriptions/${id}`)).status).toBe(404);
    await until(async () => expect((await client.control('GET', '/subscriptions')).body.subscriptions).toEqual([]));
    receiver.received.length = 0;
  });

  test('are sent by the control interface, and when the mailbox goes', async () => {
    const added = (await client.control('POST', '/users', { upn: 'leaver@contoso.example' })).body;
    const { id } = (await subscribe({ resource: `/users/${added.id}/messages` })).body;
    await client.control('POST', `/subscriptions/${id}/lifecycle`, { event: 'missed' });
    await until(() => expect(receiver.notices('/lifecycle').map((notice) => notice.lifecycleEvent)).toEqual(['missed']));
    await client.control('DELETE', `/users/${added.id}`);
    await until(() => expect(receiver.notices('/lifecycle').at(-1).lifecycleEvent).toBe('subscriptionRemoved'));
    expect((await call('GET', `/subscriptions/${id}`)).status).toBe(404);
    await untold();
  });
});

describe('after a crash', () => {
  test('subscriptions are there, and what did not arrive is told as missed', async () => {
    const { id } = (await subscribe()).body;
    receiver.status = 503;
    await client.control('POST', `/mailboxes/${user.id}/messages`, { subject: 'Unheard' });
    await until(() => expect(receiver.notices()).toHaveLength(1));
    const { dataDir } = client;
    // What stop() writes is no more than what a kill leaves: the journal as it is.
    await client.emulator.stop();
    receiver.status = 202;
    const again = await startEmulator({ seed: { mailboxes: 4, messagesPerMailbox: 30 }, dataDir });
    await until(() => expect(receiver.notices('/lifecycle').map((notice) => notice.lifecycleEvent)).toEqual(['missed']));
    expect((await again.get('/subscriptions')).body.value.map((entry: any) => entry.id)).toEqual([id]);
    await until(async () => expect(again.emulator.world.subscriptions.owes(id)).toBe(false));
    expect(again.failures).toEqual([]);
    await client.hangUp();
    rmDir = dataDir;
    client = again;
  });
});
