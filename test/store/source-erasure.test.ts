import { beforeEach, describe, expect, test } from 'vitest';
import type { Source } from '../../contract/source.ts';
import { defaultPolicy } from '../../contract/policy.ts';
import { noNarrowing } from '../../contract/source.ts';
import { createMimeFiles } from '../../store/mime-files.ts';
import { at, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
const large = 'x'.repeat(1_200_000);

async function makeSource(sourceId: string): Promise<void> {
  const { sources } = room.collections;
  const settings = {
    service: 'exchange',
    scope: { kind: 'everything' },
    narrowing: noNarrowing,
    policy: defaultPolicy,
    scopeRevision: 1,
  } as const;
  const source: Source = {
    ...{ _id: sourceId, datasetId: 'dataset', credentialId: 'credential', ...settings, country: 'DE', description: sourceId },
    ...{ priority: 'normal', mode: 'once', intervalMs: 60_000, state: 'stopped', stateSequence: 0, stateReason: null, stateSince: at(0) },
    ...{ crawlId: null, recordRevision: 1, createdAt: at(0), updatedAt: at(0) },
  };
  await sources.insertOne(source);
}

/** A source with a message whose body is in GridFS, one with a MIME form, one that is hidden, a skip and a search entry. */
async function fill(sourceId: string): Promise<void> {
  const { store, collections } = room;
  await makeSource(sourceId);
  const where = { sourceId, mailboxId: 'mailbox' };
  const user = { mailboxId: 'mailbox', address: 'a@example.test', aliases: [], displayName: 'A' };
  await store.mailboxes.resolve({ sourceId, cycleKey: 'crawl/1', users: [user] });
  const context = { datasetId: 'dataset', country: 'DE', crawlId: 'crawl' };
  const page = { pass: 1, asOf: at(0), context };
  const tree = await store.streams.takeFolders(where);
  const folder = { name: 'inbox', parentId: 'root', items: 10, hidden: false, search: false };
  await store.pages.write({
    ...page,
    stream: tree,
    cursor: { at: 'rest', link: 'l' },
    documents: [],
    folders: [{ graphId: 'inbox', folder }],
  });
  const stream = (await store.streams.list(where)).find(({ kind }) => kind === 'messages')!;
  await store.streams.setTree({ ...where, folders: [{ streamId: stream._id, path: '/inbox', crawled: true }] });
  const body = { contentType: 'text' as const, content: large, bytes: large.length };
  const documents = [shown('large', { content: { subject: 'Large', body } as never }), shown('plain', { mimeKey: 'k' }), shown('hidden')];
  await store.pages.write({
    ...page,
    stream,
    cursor: { at: 'rest', link: 'm' },
    documents,
    skips: [{ graphId: 'plain', code: 'X', words: 'x' }],
  });
  const removal = { reason: 'outOfScope' as const, at: at(1) };
  await collections.documents.updateOne({ sourceId, graphId: 'hidden' }, { $set: { removal } });
  const mimes = createMimeFiles(store.db);
  const plain = (await collections.documents.findOne({ sourceId, graphId: 'plain' }))!;
  for (const documentId of [plain._id, 'never-named']) {
    const file = await mimes.begin({ ...where, documentId });
    await file.write(Buffer.from('From: a'));
    await file.finish();
    if (documentId === plain._id) await mimes.files.updateOne({ _id: file.fileId }, { $set: { complete: true } });
  }
  await store.search.indexBatch(100);
}

const ofSource = ['mailboxes', 'streams', 'spans', 'documents', 'skips', 'search', 'crawls', 'mimes.files'];
async function countsOf(sourceId: string): Promise<Record<string, number>> {
  const { db } = room.store;
  const counts = ofSource.map(async (name) => [name, await db.collection(name).countDocuments({ sourceId })] as const);
  return Object.fromEntries((await Promise.all(counts)).filter(([, count]) => count > 0));
}

async function eraseAll(sourceId: string, documents: 'remove' | 'keep'): Promise<void> {
  while ((await room.store.sourceErasure.eraseSome({ sourceId, documents })) > 0);
}

let made = 0;
let gone: string;
let other: string;
beforeEach(async () => {
  made += 1;
  [gone, other] = [`gone${made}`, `other${made}`];
  await fill(gone);
  await fill(other);
});

describe('a source that is deleted', () => {
  test('with its documents leaves nothing, and touches nothing of another that holds the same', async () => {
    const before = await countsOf(other);
    await room.store.sources.beginDeletion({ id: gone, documents: 'remove', at: at(2) });
    await eraseAll(gone, 'remove');
    await room.store.sourceErasure.finish({ sourceId: gone, at: at(3) });
    expect(await countsOf(gone)).toEqual({});
    expect(await room.store.sources.get(gone)).toBeNull();
    expect(await countsOf(other)).toEqual(before);
    const { body } = (await room.collections.documents.findOne({ sourceId: other, graphId: 'large' }))!;
    expect(await room.store.bodies.read(body!.fileId!)).toBe(large);
    expect(await room.store.db.collection('mimes.chunks').countDocuments()).toBe(
      await room.store.db.collection('mimes.files').countDocuments(),
    );
  });

  test('takes a large body with it when it was the last that had it', async () => {
    const files = room.store.db.collection('bodies.files');
    expect(await files.countDocuments()).toBe(1);
    for (const sourceId of await room.collections.documents.distinct('sourceId')) await eraseAll(sourceId, 'remove');
    expect([await files.countDocuments(), await room.store.db.collection('bodies.chunks').countDocuments()]).toEqual([0, 0]);
  });

  test('keeping its documents leaves those that can be found, with search and MIME forms, and says so', async () => {
    await room.store.sources.beginDeletion({ id: gone, documents: 'keep', at: at(2) });
    await eraseAll(gone, 'keep');
    await room.store.sourceErasure.finish({ sourceId: gone, at: at(3) });
    expect(await countsOf(gone)).toEqual({ documents: 2, search: 2, 'mimes.files': 1 });
    const found = await room.store.documents.search({
      datasetIds: ['dataset'],
      text: 'Large',
      sourceId: gone,
      sort: 'newest',
      after: null,
      limit: 10,
    });
    expect(found.map(({ document }) => document.graphId)).toEqual(['large']);
    expect((await room.store.deletedSources.among([gone, other])).get(gone)).toMatchObject({ documents: 'keep', deletedAt: at(3) });
  });

  test('writes no state and begins no crawl any more, and a lane that is still at work writes no page', async () => {
    const { sources, streams, pages } = room.store;
    await room.collections.sources.updateOne({ _id: gone }, { $set: { crawlId: 'crawl', state: 'running' } });
    const stream = (await streams.list({ sourceId: gone, mailboxId: 'mailbox' })).find(({ kind }) => kind === 'messages')!;
    await sources.beginDeletion({ id: gone, documents: 'remove', at: at(2) });
    expect(await sources.writeState({ sourceId: gone, crawlId: 'crawl', state: 'stopped', sequence: 9, reason: null })).toBe(false);
    expect(await sources.beginCrawl({ sourceId: gone, before: 'crawl', crawlId: 'next', at: at(3) })).toBe(false);
    await eraseAll(gone, 'remove');
    const context = { datasetId: 'dataset', country: 'DE', crawlId: 'crawl' };
    const page = { stream, pass: 1, cursor: { at: 'rest' as const, link: 'n' }, asOf: at(4), documents: [shown('late')], context };
    expect(await pages.write(page)).toBeNull();
    expect(await countsOf(gone)).toEqual({});
  });
});
