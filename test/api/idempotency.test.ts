import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialBody, makeBasics, sourceBody, startApiHost, type Answer, type ApiHost } from './api-host.ts';

let host: ApiHost;
let basics: { credentialId: string; datasetId: string };
beforeAll(async () => {
  host = await startApiHost({ callTimeoutMs: 1000 });
  basics = await makeBasics(host);
});
afterAll(async () => host.close());

const post = (path: string, body: unknown, { idempotencyKey, key }: { idempotencyKey: string; key?: string }): Promise<Answer> =>
  host.call('POST', `/v1/${path}`, { body, headers: { 'idempotency-key': idempotencyKey }, ...(key !== undefined && { key }) });
const count = (path: string) => host.store.db.collection(path).countDocuments();
const records = () => host.store.db.collection('idempotency');

describe.each([
  ['datasets', () => ({ name: `Once ${randomUUID()}` })],
  ['credentials', () => credentialBody('canary-secret-5d1b')],
  ['sources', () => sourceBody(basics)],
])('a repeat of POST /v1/%s', (path, makeBody) => {
  test('with the same key and body gets the first answer again and makes nothing', async () => {
    const body = makeBody();
    const idempotencyKey = randomUUID();
    const first = await post(path, body, { idempotencyKey });
    expect(first.status).toBe(201);
    const made = await count(path);
    const again = await post(path, Object.fromEntries(Object.entries(body).toReversed()), { idempotencyKey: `"${idempotencyKey}"` });
    expect({ status: again.status, body: again.body, location: again.headers['location'] }).toEqual({
      status: 201,
      body: first.body,
      location: first.headers['location'],
    });
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
    expect(await count(path)).toBe(made);
  });

  test('with another body is refused', async () => {
    const idempotencyKey = randomUUID();
    await post(path, makeBody(), { idempotencyKey });
    const made = await count(path);
    const name = path === 'sources' ? { description: 'Other' } : { name: 'Other' };
    const other = await post(path, { ...makeBody(), ...name }, { idempotencyKey });
    expect(other.body).toMatchObject({ status: 422, type: 'urn:trawl:problem:idempotency-key-reused' });
    expect(await count(path)).toBe(made);
  });

  test('by another caller is a request of its own', async () => {
    const idempotencyKey = randomUUID();
    const other = (await host.call('POST', '/v1/api-keys', { body: { name: 'Second', role: 'admin' } })).body.key as string;
    const first = await post(path, makeBody(), { idempotencyKey });
    const foreign = await post(path, makeBody(), { idempotencyKey, key: other });
    expect(foreign.status).toBe(201);
    expect(foreign.body.id).not.toBe(first.body.id);
  });

  test('at the same time makes one', async () => {
    const body = makeBody();
    const idempotencyKey = randomUUID();
    const made = await count(path);
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(path, body, { idempotencyKey })));
    expect(await count(path)).toBe(made + 1);
    for (const { status, body: said } of answers) {
      if (status !== 201) expect(said).toMatchObject({ status: 409, type: 'urn:trawl:problem:idempotency-key-in-use' });
    }
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body: said }) => said.id as string)).size).toBe(1);
  });

  test('after the process that made it was lost finds it', async () => {
    const body = makeBody();
    const idempotencyKey = randomUUID();
    const first = await post(path, body, { idempotencyKey });
    const made = await count(path);
    // What such a process leaves: the record, and a claim without an answer.
    const left = { 'claim.at': new Date(Date.now() - 121_000), answer: null };
    await records().updateOne({ resourceId: first.body.id }, { $set: left });
    const again = await post(path, body, { idempotencyKey });
    expect(again.status).toBe(201);
    expect(again.body.id).toBe(first.body.id);
    expect(again.headers['location']).toBe(first.headers['location']);
    expect(await count(path)).toBe(made);
  });
});

test('a request that is still worked on is not repeated: 409', async () => {
  const idempotencyKey = randomUUID();
  const first = await post('datasets', { name: 'Slow' }, { idempotencyKey });
  await records().updateOne({ resourceId: first.body.id }, { $set: { answer: null } });
  const again = await post('datasets', { name: 'Slow' }, { idempotencyKey });
  expect(again.body).toMatchObject({ status: 409, type: 'urn:trawl:problem:idempotency-key-in-use' });
});

test('a key may be used again for what was refused, on no other route, and for anything after a day', async () => {
  const idempotencyKey = randomUUID();
  await host.call('POST', '/v1/datasets', { body: { name: 'In the way' } });
  expect((await post('datasets', { name: 'In the way' }, { idempotencyKey })).status).toBe(409);
  expect((await post('datasets', {}, { idempotencyKey })).status).toBe(422);
  const made = await post('datasets', { name: 'Not in the way' }, { idempotencyKey });
  expect(made.status).toBe(201);
  expect((await post('sources', sourceBody(basics), { idempotencyKey })).body.type).toBe('urn:trawl:problem:idempotency-key-reused');
  await records().updateOne({ resourceId: made.body.id }, { $set: { createdAt: new Date(Date.now() - 86_400_000) } });
  expect((await post('datasets', { name: 'Next day' }, { idempotencyKey })).body.name).toBe('Next day');
});

test.each(['', 'x'.repeat(256), 'two words', '"open', 'tab\tbed', 'ä'])('%j is no key', async (idempotencyKey) => {
  const answer = await post('datasets', { name: 'x' }, { idempotencyKey });
  expect(answer.body).toMatchObject({ status: 422, errors: [{ in: 'header', field: '/idempotency-key' }] });
});

test('neither the body nor the key is stored, and repeats stand in the audit log', async () => {
  const idempotencyKey = 'canary-key-90aa';
  await post('credentials', credentialBody('canary-secret-5d1b'), { idempotencyKey });
  const again = await post('credentials', credentialBody('canary-secret-5d1b'), { idempotencyKey });
  const stored = JSON.stringify([await records().find().toArray(), await host.store.db.collection('audit').find().toArray()]);
  expect(stored).not.toContain('canary');
  const entry = await host.store.db.collection('audit').findOne({ _id: again.headers['x-request-id'] as never });
  expect(entry).toMatchObject({ status: 201, createdId: again.body.id });
});
