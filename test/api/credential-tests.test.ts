import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentialBody, startApiHost, type ApiHost } from './api-host.ts';

let host: ApiHost;
beforeAll(async () => {
  host = await startApiHost({ testTimeoutMs: 1_500 });
});
afterAll(async () => host.close());

const { name: _name, ...draft } = credentialBody('canary-secret-91c2');

test('without a worker the answer says so, and nothing of a draft stays', async () => {
  const answer = await host.call('POST', '/v1/credentials/test', { body: draft });
  expect(answer.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:worker-silent' });
  expect(await host.store.db.collection('credentialTests').countDocuments()).toBe(0);
  expect(host.logLines.join('')).not.toContain('canary-secret-91c2');
});

test('a saved credential can be tested with an empty body or none, and an unknown one is named', async () => {
  const { body: credential } = await host.call('POST', '/v1/credentials', { body: credentialBody() });
  expect(credential).not.toHaveProperty('lastTest');
  expect((await host.call('GET', `/v1/credentials/${credential.id}`)).body.lastTest).toBeNull();
  for (const options of [{}, { body: {} }, { key: host.keys.operator, body: { mailboxes: ['anna@contoso.example'] } }]) {
    const answer = await host.call('POST', `/v1/credentials/${credential.id}/test`, options);
    expect(answer.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:worker-silent' });
  }
  expect((await host.call('POST', '/v1/credentials/no-such-id/test')).status).toBe(404);
});

test.each([
  [{ ...draft, secret: '' }, '/secret'],
  [{ ...draft, mailboxes: ['no address'] }, '/mailboxes/0'],
  [{ ...draft, mailboxes: Array.from({ length: 6 }, (_, n) => `m${n}@contoso.example`) }, '/mailboxes'],
  [{ ...draft, name: 'a name' }, '/name'],
  [{ ...draft, endpoints: { authority: 'https://evil.example', graph: 'https://evil.example' } }, '/endpoints/authority'],
])('a draft that is not valid is refused before anything is asked: %#', async (body, field) => {
  const answer = await host.call('POST', '/v1/credentials/test', { body });
  expect(answer.status).toBe(422);
  expect(answer.body.errors[0].field).toBe(field);
  expect(answer.text).not.toContain('canary-secret-91c2');
});

test('the record of a test holds a sealed secret, and MongoDB lets it go by itself', async () => {
  const { cloud, tenantId, clientId } = draft as { cloud: 'custom'; tenantId: string; clientId: string };
  const login = { kind: 'secret' as const, secret: 'canary-secret-91c2', expiresAt: null };
  const subject = { draft: { cloud, endpoints: null, tenantId, clientId, login } };
  await host.store.credentialTests.open({ id: 'a-test', subject, addresses: [] });
  const stored = await host.store.credentialTests.get('a-test');
  expect(JSON.stringify(stored)).not.toContain('canary-secret-91c2');
  const indexes = await host.store.db.collection('credentialTests').indexes();
  expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
  await host.store.credentialTests.remove('a-test');
  expect(await host.store.credentialTests.get('a-test')).toBeNull();
});
