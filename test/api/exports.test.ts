import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Document } from 'mongodb';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { waitFor } from '../support/wait-for.ts';
import { groups, startApiHost, type ApiHost } from './api-host.ts';
import { storedDocument } from './stored-document.ts';

const sourceId = ulid();
const many = 600;
/** So that all of them are more than sockets hold between two processes. */
const text = 'capybara '.repeat(3500);
let host: ApiHost;
let port: number;
const datasets = { inside: '', other: '' };

beforeAll(async () => {
  host = await startApiHost();
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = host.app.server.address() as AddressInfo);
  const make = async (name: string, group: string) =>
    (await host.call('POST', '/v1/datasets', { body: { name, groups: [{ id: group }] } })).body.id as string;
  datasets.inside = await make('Inside', groups.inside);
  datasets.other = await make('Other', groups.other);
  const messages = Array.from({ length: many }, (_, n) =>
    storedDocument({ sourceId, datasetId: datasets.inside, graphId: `m${n}` }, { subject: `Number ${n}`, text, receivedAt: new Date(n) }),
  );
  const few = { folderPath: '/Few' };
  const documents = host.store.db.collection<StoredDocument>('documents');
  await documents.insertMany([
    ...messages,
    storedDocument(
      { sourceId, datasetId: datasets.inside, graphId: 'f1' },
      { ...few, subject: 'First', body: bodyOf('Hello'), text: 'Hello' },
    ),
    storedDocument({ sourceId, datasetId: datasets.inside, graphId: 'f2' }, { ...few, subject: 'Second' }),
    storedDocument({ sourceId, datasetId: datasets.other, graphId: 'o1' }, { ...few, subject: 'Of others' }),
  ]);
  while ((await host.store.search.indexBatch(1000)) > 0);
});
afterAll(async () => host.close());

const bodyOf = (content: string): StoredDocument['body'] => ({ contentType: 'text', content, fileId: null, bytes: content.length });

async function read(body: object, key = host.keys.reader) {
  const answer = await host.call('POST', '/v1/documents/export', { body, key });
  const lines = answer.text.split('\n');
  expect(lines.pop()).toBe('');
  const last = lines.pop() ?? '';
  const sha256 = createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');
  return { answer, documents: lines.map((line) => JSON.parse(line)), manifest: JSON.parse(last).manifest, sha256 };
}

/** An export over a socket that is read no further than a test wants. */
async function open(body: object): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${host.keys.reader}`, 'content-type': 'application/json' };
  const sent = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: '/v1/documents/export', headers }, resolve);
  sent.once('error', reject);
  sent.end(JSON.stringify(body));
  const answer = await promise;
  answer.on('error', () => undefined);
  return answer;
}

const stored = async (id: string) => (await host.call('GET', `/v1/exports/${id}`)).body;
const idOf = (answer: IncomingMessage): string => answer.headers.location?.split('/').at(-1) ?? '';

/** The cursors that are open in this test's database; the server has others, of tests that run beside it. */
async function openCursors(): Promise<Document[]> {
  const inDatabase = { cursor: { $exists: true }, ns: new RegExp(`^${host.store.db.databaseName}\\.`) };
  return host.store.client
    .db('admin')
    .aggregate([{ $currentOp: { idleCursors: true, allUsers: true } }, { $match: inDatabase }], { readConcern: { level: 'local' } })
    .toArray();
}

describe('an export', () => {
  test('holds whole documents that fit, and a manifest by which the file is known again', async () => {
    const { answer, documents, manifest, sha256 } = await read({ folderPath: '/Few', subject: 'first' });
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(documents).toMatchObject([{ subject: 'First', text: 'Hello', body: { content: 'Hello' }, attachments: [] }]);
    expect(manifest).toMatchObject({
      state: 'complete',
      reason: null,
      count: 1,
      sha256,
      query: { folderPath: '/Few', subject: 'first' },
      datasetIds: [datasets.inside],
      caller: { name: 'reader' },
    });
    expect(await stored(manifest.id)).toEqual(manifest);
    expect(answer.headers['location']).toBe(`/v1/exports/${manifest.id}`);
  });

  test('holds every document once, and none of others', async () => {
    const { documents, manifest } = await read({});
    expect(new Set(documents.map(({ id }) => id)).size).toBe(many + 2);
    expect(manifest.count).toBe(many + 2);
    expect((await read({ q: 'capybara' })).manifest.count).toBe(many);
    expect((await read({ datasetId: datasets.other })).manifest).toMatchObject({ count: 0, state: 'complete', datasetIds: [] });
    expect((await read({}, host.keys.outsider)).documents).toEqual([]);
  });

  test('stands in the audit log with the id of its manifest', async () => {
    const { answer, manifest } = await read({ folderPath: '/Few' });
    const entry = await host.store.db.collection('audit').findOne({ _id: answer.headers['x-request-id'] as never });
    expect(entry).toMatchObject({ route: '/v1/documents/export', subjectIds: [manifest.id], status: 200 });
  });

  test.each([{ removed: true, q: 'x' }, { subject: '...' }, { unknown: 1 }, { q: { $gt: '' } }, { limit: 1 }])(
    'of %j is refused',
    async (body) => {
      const answer = await host.call('POST', '/v1/documents/export', { body });
      expect(answer.body).toMatchObject({ status: 422 });
      expect(answer.body.errors[0].in).toBe('body');
    },
  );

  test('is listed to admins, and to who made it', async () => {
    const { manifest } = await read({ folderPath: '/Few' });
    const listed = async (key: string) =>
      (await host.call('GET', '/v1/exports?limit=1', { key })).body.items.map(({ id }: { id: string }) => id);
    expect(await listed(host.keys.admin)).toEqual([manifest.id]);
    expect(await listed(host.keys.reader)).toEqual([manifest.id]);
    expect(await listed(host.keys.outsider)).not.toContain(manifest.id);
    expect((await host.call('GET', `/v1/exports/${manifest.id}`, { key: host.keys.outsider })).status).toBe(404);
  });
});

describe('an export that does not come to its end', () => {
  test('waits for a slow reader, ends its cursor when the reader leaves, and says that it is incomplete', async () => {
    await waitFor('no cursor of an earlier test', async () => (await openCursors()).length === 0);
    const answer = await open({});
    expect(await openCursors()).not.toEqual([]);
    const running = await stored(idOf(answer));
    expect(running).toMatchObject({ state: 'running', sha256: null, endedAt: null });
    answer.destroy();
    await waitFor('the manifest', async () => (await stored(idOf(answer))).state !== 'running');
    const ended = await stored(idOf(answer));
    expect(ended).toMatchObject({ state: 'incomplete', reason: 'clientGone', sha256: null });
    expect(ended.count).toBeLessThan(many);
    await waitFor('the cursor', async () => (await openCursors()).length === 0);
  });

  test('lets no more be open than may be, and others again when one has ended', async () => {
    const two = [await open({}), await open({})];
    expect((await open({})).statusCode).toBe(429);
    expect((await host.call('POST', '/v1/documents/export', { body: { folderPath: '/Few' } })).body).toMatchObject({
      type: 'urn:trawl:problem:too-many-streams',
    });
    for (const answer of two) answer.destroy();
    await waitFor(
      'a place',
      async () => (await host.call('POST', '/v1/documents/export', { body: { folderPath: '/Few' } })).status === 200,
    );
  });

  test('is cut off when MongoDB fails, and its last line is no manifest of a whole one', async () => {
    const answer = await open({});
    const chunks: Buffer[] = [];
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    answer.once('close', () => resolve());
    await killCursors();
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    await closed;
    expect(answer.complete).toBe(false);
    const last = Buffer.concat(chunks)
      .toString()
      .split('\n')
      .findLast((line) => line.startsWith('{"manifest"'));
    expect(last ?? '').not.toContain('"complete"');
    expect(await stored(idOf(answer))).toMatchObject({ state: 'incomplete', reason: 'failed' });
  });

  test('of a process that died is told to be incomplete', async () => {
    const { manifest } = await read({ folderPath: '/Few' });
    const set = { state: 'running', reason: null, endedAt: null, sha256: null, touchedAt: new Date(Date.now() - 600_000) };
    await host.store.db.collection('exports').updateOne({ _id: manifest.id as never }, { $set: set });
    expect(await stored(manifest.id)).toMatchObject({ state: 'incomplete', reason: 'lost' });
  });

  test('is ended with the process, and says so', async () => {
    const answer = await open({});
    host.stop();
    answer.resume();
    await waitFor('the manifest', async () => (await stored(idOf(answer))).state !== 'running');
    expect(await stored(idOf(answer))).toMatchObject({ state: 'incomplete', reason: 'stopping' });
  });
});

/** Ends every cursor that is open in the database, as a server that restarts would. */
async function killCursors(): Promise<void> {
  const idle = await openCursors();
  expect(idle.length).toBeGreaterThan(0);
  for (const { cursor, ns } of idle) {
    await host.store.db.command({ killCursors: (ns as string).split('.').slice(1).join('.'), cursors: [cursor.cursorId] });
  }
}
