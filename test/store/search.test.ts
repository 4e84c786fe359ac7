import { Collection } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import type { DocumentQuery } from '../../store/types.ts';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
const index = async () => room.store.search.indexBatch(10_000);

async function find(query: Partial<DocumentQuery>): Promise<string[]> {
  const found = await room.store.documents.search({ datasetIds: ['dataset'], after: null, limit: 100, ...query });
  return found.map((document) => document.graphId);
}

describe('search', () => {
  it('finds words of subject, people and text, in the visible datasets only', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    const from = { name: 'Ada Lovelace', address: 'ada@example.test' };
    await mailbox.page('inbox', 1, [
      shown('m1', { content: { subject: 'Zebra crossing', text: 'nothing', from } }),
      shown('m2', { content: { subject: 'Other', text: 'a zebra in the text' } }),
      shown('m3', { content: { subject: 'No match', language: 'klingon' } as object }),
    ]);
    await mailbox.page('archive', 1, [shown('m4', { content: { subject: 'Zebra elsewhere' } })], {
      context: { ...context, datasetId: 'other' },
    });
    expect(await find({ text: 'zebra', mailboxId })).toEqual([]);
    await index();
    expect(await find({ text: 'zebra', mailboxId })).toEqual(['m1', 'm2']);
    expect(await find({ text: 'lovelace', mailboxId })).toEqual(['m1']);
    expect(await find({ text: 'zebra', mailboxId, datasetIds: ['other'] })).toEqual(['m4']);
    expect(await find({ text: 'zebra', mailboxId, datasetIds: ['dataset', 'other'] })).toEqual(['m1', 'm2', 'm4']);
    expect(await find({ text: 'zebra', mailboxId, datasetIds: [] })).toEqual([]);
    expect(await find({ text: '  ', mailboxId })).toEqual(['m1', 'm2', 'm3']);
  });

  it('follows changes, removals and returns', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    await mailbox.page('inbox', 1, [shown('m1', { content: { subject: 'giraffe' } })]);
    await index();
    await mailbox.page('inbox', 2, [shown('m1', { content: { subject: 'antelope' } })]);
    await index();
    expect(await find({ text: 'giraffe', mailboxId })).toEqual([]);
    expect(await find({ text: 'antelope', mailboxId })).toEqual(['m1']);
    await mailbox.page('inbox', 3, [gone('m1')]);
    const [document] = await room.store.removals.unseen({ ...mailbox.where, settledAt: at(9), now: at(9), limit: 1 });
    if (document === undefined) throw new Error('m1 must be unseen');
    await room.store.removals.confirm({ document, reason: 'movedOut', at: at(9) });
    // Hidden at once, whether or not the index has heard of it.
    expect(await find({ text: 'antelope', mailboxId })).toEqual([]);
    await index();
    expect(await room.collections.search.countDocuments({ _id: document._id })).toBe(0);
    await mailbox.page('archive', 10, [shown('m1', { content: { subject: 'antelope' } })]);
    await index();
    expect(await find({ text: 'antelope', mailboxId })).toEqual(['m1']);
  });

  it('fills its pages although the index names documents that are hidden', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    const ids = Array.from({ length: 9 }, (_, n) => `m${n}`);
    await mailbox.page(
      'inbox',
      1,
      ids.map((id) => shown(id, { content: { subject: 'okapi' } })),
    );
    await index();
    await room.collections.documents.updateMany(
      { ...mailbox.where, graphId: { $in: ['m0', 'm1', 'm2', 'm4'] } },
      { $set: { removal: { reason: 'movedOut', at: at(2) } } },
    );
    expect(await find({ text: 'okapi', mailboxId, limit: 3 })).toEqual(['m3', 'm5', 'm6']);
    expect(await find({ text: 'okapi', mailboxId, limit: 3, after: mailbox.id('m6') })).toEqual(['m7', 'm8']);
  });

  it('loses no change that comes while it indexes', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    await mailbox.page('inbox', 1, [shown('m1', { content: { subject: 'tapir 0' } })]);
    let indexing = true;
    const indexer = (async () => {
      while (indexing) await index();
    })();
    for (let n = 1; n <= 30; n += 1) await mailbox.page('inbox', 1 + n, [shown('m1', { content: { subject: `tapir number${n}` } })]);
    indexing = false;
    await indexer;
    await index();
    expect(await find({ text: 'number30', mailboxId })).toEqual(['m1']);
    expect((await mailbox.document('m1'))?.indexDueAt).toBeNull();
  });

  it('never brings back what is erased while it indexes', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { content: { subject: 'quagga' } })]);
    await mailbox.page('inbox', 2, [gone('m1')]);
    const [document] = await room.store.removals.unseen({ ...mailbox.where, settledAt: at(9), now: at(9), limit: 1 });
    if (document === undefined) throw new Error('m1 must be unseen');
    let erased = false;
    const bulkWrite = Collection.prototype.bulkWrite;
    vi.spyOn(Collection.prototype, 'bulkWrite').mockImplementation(async function erasingFirst(this: Collection, ...given) {
      // Between the indexer's reading of the document and its writing of the entry.
      if (this.collectionName === 'search' && !erased)
        erased = await room.store.removals.confirm({ document, reason: 'deleted', at: at(9) });
      return bulkWrite.apply(this, given);
    });
    await index();
    expect(erased).toBe(true);
    expect(await room.collections.search.countDocuments({ _id: document._id })).toBe(0);
    expect(await mailbox.document('m1')).toMatchObject({ removal: { reason: 'deleted' } });
  });

  it('tells how far it is behind', async () => {
    await index();
    expect(await room.store.search.lag()).toEqual({ oldestMs: 0, waiting: 0 });
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1'), shown('m2')]);
    const lag = await room.store.search.lag();
    expect(lag.waiting).toBe(2);
    expect(lag.oldestMs).toBeGreaterThanOrEqual(0);
    expect(await room.store.search.indexBatch(1)).toBe(1);
    expect(await index()).toBe(1);
  });
});

describe('filters', () => {
  it('choose live documents by kind, folder, mailbox, source and date', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    await room.store.streams.setCalendars({ ...mailbox.where, calendars: [{ graphId: 'cal', name: 'Calendar' }] });
    await mailbox.page('inbox', 1, [shown('m1', { content: { receivedAt: at(100) } }), shown('m2', { content: { receivedAt: at(200) } })]);
    await mailbox.page('cal', 1, [{ ...shown('e1', { content: { startAt: at(150) } }), kind: 'event' }]);
    expect(await find({ mailboxId, kind: 'event' })).toEqual(['e1']);
    expect(await find({ mailboxId, folderPath: '/inbox' })).toEqual(['m1', 'm2']);
    expect(await find({ mailboxId, from: at(100), to: at(200) })).toEqual(['e1', 'm1']);
    expect(await find({ ...mailbox.where, country: 'DE' })).toEqual(['e1', 'm1', 'm2']);
    expect(await find({ ...mailbox.where, after: mailbox.id('e1'), limit: 1 })).toEqual(['m1']);
    expect(await find({ sourceId: 'another' })).toEqual([]);
    await index();
    expect(await find({ mailboxId, text: 'subject', from: at(100), to: at(200) })).toEqual(['e1', 'm1']);
  });

  it('show no bodies in lists; a document itself does', async () => {
    const mailbox = await makeMailbox(room);
    const body = { contentType: 'text' as const, content: 'words', fileId: null, bytes: 5 };
    await mailbox.page('inbox', 1, [shown('m1', { content: { body, text: 'words' } })]);
    const [listed] = await room.store.documents.search({ datasetIds: ['dataset'], ...mailbox.where, after: null, limit: 1 });
    expect(listed).not.toHaveProperty('body');
    expect(await room.store.documents.get(mailbox.id('m1'))).toMatchObject({ body, text: 'words' });
  });
});

describe('the live documents of a source', () => {
  it('are counted by kind, and walked for a comparison', async () => {
    const mailbox = await makeMailbox(room);
    await room.collections.documents.deleteMany({ sourceId: 'source' });
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a' }), shown('m2')]);
    expect(await room.store.documents.countsBySource(['source', 'none'])).toEqual(
      new Map([
        ['source', { message: 2, event: 0, attachment: 0 }],
        ['none', { message: 0, event: 0, attachment: 0 }],
      ]),
    );
    const live = [];
    for await (const document of room.store.documents.liveDocuments({ sourceId: 'source' })) live.push(document);
    const { mailboxId } = mailbox.where;
    expect(live).toEqual(['m1', 'm2'].map((graphId) => ({ mailboxId, graphId, kind: 'message', folderPath: '/inbox', parentId: null })));
  });
});
