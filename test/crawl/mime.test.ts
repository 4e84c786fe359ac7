import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { fullestMailbox } from '../support/tenant.ts';

let organisation: Organisation;
let db: Db;
let sourceId: string;
let crawlId: string;
let mailboxId: string;
let cycle = 0;

const documents = () => db.collection<StoredDocument>('documents');
const files = () => db.collection<{ _id: string; documentId: string; complete: boolean }>('mimes.files');
const message = async (graphId: string) => (await documents().findOne({ sourceId, kind: 'message', graphId }))!;
const change = <T = { id: string }>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
  organisation.tenant.control<T>(method, `/mailboxes/${mailboxId}${path}`, body);
const mimeRequests = async () => (await organisation.tenant.stats()).byKind['messages.mime'] ?? 0;

async function nextCycle(): Promise<void> {
  if (cycle > 0) await organisation.command(sourceId, 'run-now');
  cycle += 1;
  await organisation.untilCycle(crawlId, cycle);
}

async function setPolicy(originalMime: boolean): Promise<void> {
  const update = { $set: { 'policy.originalMime': originalMime }, $inc: { scopeRevision: 1 } };
  await db.collection('sources').updateOne({ _id: sourceId as never }, update);
}

let keeps = false;
/** Has the source keep the original MIME, and waits until it has that of all messages. */
async function keepMime(): Promise<void> {
  if (keeps) return;
  keeps = true;
  await setPolicy(true);
  await nextCycle();
}

async function download(graphId: string): Promise<Response> {
  const key = (await readFile(join(organisation.folder, 'admin-key'), 'utf8')).trim();
  const { _id } = await message(graphId);
  return fetch(`${organisation.api.answer}/v1/documents/${encodeURIComponent(_id)}/mime`, { headers: { authorization: `Bearer ${key}` } });
}

const eml = (subject: string, filler: string) =>
  [
    ...['From: ada@partner.example', 'To: bo@partner.example', `Subject: ${subject}`, 'MIME-Version: 1.0'],
    ...['Content-Type: multipart/mixed; boundary="b"', '', '--b', 'Content-Type: text/plain', '', `Words of ${subject}`],
    ...['--b', 'Content-Type: application/octet-stream; name=file.bin', 'Content-Disposition: attachment; filename=file.bin'],
    ...['Content-Transfer-Encoding: base64', '', filler, '--b--', ''],
  ].join('\r\n');
/** More than two chunks of GridFS. */
const large = Buffer.alloc(600_000, 'trawl')
  .toString('base64')
  .replaceAll(/(.{76})/g, '$1\r\n');

beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 2, messagesPerMailbox: 15, seed: 'mime' } });
  ({ db } = organisation);
  mailboxId = await fullestMailbox(organisation.tenant);
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  crawlId = await organisation.crawl(sourceId);
  await nextCycle();
});
afterAll(() => organisation?.stop());

describe('the original MIME of messages', () => {
  test('is not asked for by a source that does not keep it', async () => {
    expect(await mimeRequests()).toBe(0);
    expect(await files().countDocuments()).toBe(0);
  });

  test('is filled in for every stored message once the source keeps it, each read once', async () => {
    await keepMime();
    const live = { sourceId, kind: 'message' as const, removal: null };
    const stored = await documents().find(live).toArray();
    expect(stored.length).toBeGreaterThan(10);
    for (const { mime } of stored) expect(mime).toMatchObject({ due: false, fileId: expect.any(String), sha256: expect.any(String) });
    expect(await mimeRequests()).toBe(stored.length);
    await nextCycle();
    expect(await mimeRequests()).toBe(stored.length);
  });

  test('of a message that arrives is kept byte by byte, with size and hash, and handed out to those who may see it', async () => {
    await keepMime();
    const { id } = await change('POST', '/messages', { folder: 'inbox', eml: eml('Large', large) });
    await nextCycle();
    const { mime } = await message(id);
    const answer = await download(id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('message/rfc822');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.includes('Words of Large')).toBe(true);
    expect(bytes.length).toBeGreaterThan(800_000);
    expect({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }).toEqual({
      bytes: mime!.bytes,
      sha256: mime!.sha256,
    });
    const { client } = organisation;
    const { _id } = await message(id);
    const told = await client.call<{ size: object; mime: object }>('GET', `/v1/documents/${encodeURIComponent(_id)}`);
    expect(told).toMatchObject({ size: { of: 'mime', bytes: bytes.length }, mime: { bytes: bytes.length } });
    const stranger = await fetch(`${organisation.api.answer}/v1/documents/${encodeURIComponent(_id)}/mime`);
    expect(stranger.status).toBe(401);
  });

  test('is read again when words changed, and not when the message was read, flagged or moved', async () => {
    await keepMime();
    const { id } = await change('POST', '/messages', { folder: 'inbox', subject: 'First words', body: 'Body' });
    await nextCycle();
    const first = (await message(id)).mime!;
    const asked = await mimeRequests();
    await change('PATCH', `/messages/${id}`, { isRead: true, flagged: true, categories: ['Red'] });
    await change('POST', `/messages/${id}/move`, { folder: 'archive' });
    await nextCycle();
    expect(await message(id)).toMatchObject({ folderPath: 'Archive', flag: 'flagged', mime: { fileId: first.fileId } });
    expect(await mimeRequests()).toBe(asked);
    await change('PATCH', `/messages/${id}`, { subject: 'Other words' });
    await nextCycle();
    expect((await message(id)).mime!.fileId).not.toBe(first.fileId);
    expect(await (await download(id)).text()).toContain('Other words');
    expect(await files().countDocuments({ _id: first.fileId! })).toBe(0);
  });

  test('that Exchange cannot make is a skip of its own, and holds up nothing', async () => {
    await keepMime();
    const { id } = await change('POST', '/messages', { folder: 'inbox', subject: 'Not to be converted', body: 'Readable' });
    await change('POST', `/messages/${id}/fault`, { code: 'ErrorMimeContentConversionFailed' });
    await nextCycle();
    const stored = await message(id);
    expect(stored).toMatchObject({ text: 'Readable', removal: null, mime: { due: false, fileId: null } });
    expect(await db.collection('skips').findOne({ _id: `${stored._id}:$value` as never })).toMatchObject({
      code: 'ErrorMimeContentConversionFailed',
      state: 'open',
    });
    expect((await download(id)).status).toBe(404);
  });

  test('that breaks off is a skip, leaves nothing behind, and ends no lane', async () => {
    await keepMime();
    const { id } = await change('POST', '/messages', { folder: 'inbox', eml: eml('Broken off', large) });
    await organisation.tenant.fault({ match: { path: '/\\$value' }, answer: { reset: 'inBody' } });
    await nextCycle();
    await organisation.tenant.clearFaults();
    const stored = await message(id);
    expect(stored).toMatchObject({ subject: 'Broken off', mime: { due: false, fileId: null } });
    expect(await db.collection('skips').findOne({ _id: `${stored._id}:$value` as never })).toMatchObject({ code: 'TrawlMimeBrokenOff' });
    expect((await organisation.mailboxes(sourceId)).find((mailbox) => mailbox.mailboxId === mailboxId)!.state).toBe('doneWithSkips');
    expect(await files().countDocuments({ $or: [{ complete: false }, { documentId: stored._id }] })).toBe(0);
  });

  test('goes with a message that was deleted for good', async () => {
    await keepMime();
    const { id } = await change('POST', '/messages', { folder: 'inbox', subject: 'Short lived', body: 'Body' });
    await nextCycle();
    const { _id, mime } = await message(id);
    expect(await db.collection('mimes.chunks').countDocuments({ files_id: mime!.fileId as never })).toBe(1);
    await change('DELETE', `/messages/${id}?hard=true`);
    await nextCycle();
    expect(await message(id)).toMatchObject({ removal: { reason: 'deleted' } });
    expect(await message(id)).not.toHaveProperty('mime');
    expect(await files().countDocuments({ documentId: _id })).toBe(0);
    expect(await db.collection('mimes.chunks').countDocuments({ files_id: mime!.fileId as never })).toBe(0);
  });

  test('goes for all when the source keeps it no more', async () => {
    await keepMime();
    keeps = false;
    await setPolicy(false);
    await nextCycle();
    expect(await documents().countDocuments({ sourceId, mime: { $ne: null } })).toBe(0);
    expect([await files().countDocuments(), await db.collection('mimes.chunks').countDocuments()]).toEqual([0, 0]);
  });
});
