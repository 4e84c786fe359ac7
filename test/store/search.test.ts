import { Collection } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import type { DocumentQuery } from '../../store/types.ts';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
const index = async () => room.store.search.indexBatch(10_000);

async function find(query: Partial<DocumentQuery>): Promise<string[]> {
  const found = await room.store.documents.search({ datasetIds: ['dataset'], sort: 'newest', after: null, limit: 100, ...query });
  return found.map(({ document }) => document.graphId);
}

/** The same, in the order of ids. */
const findAll = async (query: Partial<DocumentQuery>): Promise<string[]> => (await find(query)).toSorted();

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
    expect(await findAll({ text: 'zebra', mailboxId })).toEqual(['m1', 'm2']);
    expect(await find({ text: 'lovelace', mailboxId })).toEqual(['m1']);
    expect(await find({ text: 'zebra', mailboxId, datasetIds: ['other'] })).toEqual(['m4']);
    expect(await findAll({ text: 'zebra', mailboxId, datasetIds: ['dataset', 'other'] })).toEqual(['m1', 'm2', 'm4']);
    expect(await find({ text: 'zebra', mailboxId, datasetIds: [] })).toEqual([]);
    expect(await findAll({ mailboxId })).toEqual(['m1', 'm2', 'm3']);
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
      ids.map((id, n) => shown(id, { content: { subject: 'okapi', receivedAt: at(n) } })),
    );
    await index();
    await room.collections.documents.updateMany(
      { ...mailbox.where, graphId: { $in: ['m0', 'm1', 'm2', 'm4'] } },
      { $set: { removal: { reason: 'movedOut', at: at(2) } } },
    );
    const after = { id: mailbox.id('m6'), value: at(6).getTime() };
    for (const text of ['okapi', undefined]) {
      const query = { mailboxId, sort: 'oldest' as const, limit: 3, ...(text !== undefined && { text }) };
      expect(await find(query)).toEqual(['m3', 'm5', 'm6']);
      expect(await find({ ...query, after })).toEqual(['m7', 'm8']);
    }
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
    await index();
    expect(await find({ mailboxId, kind: 'event' })).toEqual(['e1']);
    expect(await find({ mailboxId, folderPath: '/inbox' })).toEqual(['m2', 'm1']);
    expect(await find({ mailboxId, from: at(100), to: at(200) })).toEqual(['e1', 'm1']);
    expect(await find({ ...mailbox.where, country: 'DE', sort: 'oldest' })).toEqual(['m1', 'e1', 'm2']);
    expect(await find({ sourceId: 'another' })).toEqual([]);
    expect(await find({ mailboxId, text: 'subject', from: at(100), to: at(200) })).toEqual(['e1', 'm1']);
  });

  it('find people by address, domain and words of names, and attachments by those of their message', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    const ada = { name: 'Ada Lovelace', address: 'Ada@Example.test' };
    const jose = { name: 'José Núñez', address: 'jose@other.test' };
    await mailbox.page('inbox', 1, [
      shown('m1', { content: { from: ada, to: [jose], receivedAt: at(100) } }),
      shown('m2', { content: { from: jose, receivedAt: at(200) } }),
    ]);
    const message = await mailbox.document('m1');
    if (message === null) throw new Error('m1 must be stored');
    const attachment = { name: 'Budget_2026.pdf', contentType: 'application/PDF; name=x', attachmentType: 'file' as const, inline: false };
    const file = { ...attachment, contentId: null, graphBytes: 1, bytes: 1, sha256: 'ab' };
    const own = { subject: null, from: null, to: [], receivedAt: null };
    const of = { kind: 'attachment' as const, parentId: message._id, _id: `${message._id}:f1`, graphId: 'f1', attachment: file };
    await room.collections.documents.insertOne({ ...message, ...own, ...of });
    await index();
    expect(await find({ mailboxId, people: 'ADA@example.test' })).toEqual(['f1', 'm1']);
    expect(await find({ mailboxId, people: '@other.test' })).toEqual(['m2', 'f1', 'm1']);
    expect(await find({ mailboxId, people: 'nunez jose', kind: 'message' })).toEqual(['m2', 'm1']);
    expect(await find({ mailboxId, people: 'ada', attachmentType: 'application/pdf' })).toEqual(['f1']);
    expect(await find({ mailboxId, people: '@ample.test' })).toEqual([]);
    expect(await find({ mailboxId, subject: 'budget 2026' })).toEqual(['f1']);
    expect(await find({ mailboxId, subject: 'SUBJECT m2' })).toEqual(['m2']);
    expect(await find({ mailboxId, subject: 'subj' })).toEqual([]);
    expect(await find({ mailboxId, from: at(150) })).toEqual(['m2']);
    expect(await find({ mailboxId, from: at(50), to: at(150) })).toEqual(['f1', 'm1']);
  });

  it('sort by relevance, with pages that neither repeat nor leave out', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    const texts = ['dugong', 'dugong dugong dugong and more words', 'nothing', 'one dugong among other words', 'dugong'];
    await mailbox.page(
      'inbox',
      1,
      texts.map((text, n) => shown(`m${n}`, { content: { subject: null, text } })),
    );
    await index();
    const query = { datasetIds: ['dataset'], mailboxId, text: 'dugong', sort: 'relevance' as const };
    const all = await room.store.documents.search({ ...query, after: null, limit: 100 });
    expect(all.map(({ document }) => document.graphId).toSorted()).toEqual(['m0', 'm1', 'm3', 'm4']);
    expect(all.map(({ key }) => key.value)).toEqual(all.map(({ key }) => key.value).toSorted((left, right) => right - left));
    const paged = [];
    for (let after: (typeof all)[number]['key'] | null = null; ;) {
      const [found] = await room.store.documents.search({ ...query, after, limit: 1 });
      if (found === undefined) break;
      paged.push(found.document.graphId);
      after = found.key;
    }
    expect(paged).toEqual(all.map(({ document }) => document.graphId));
  });

  it('find what was removed, by the time of its removal, and nothing else with it', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    const ids = ['m0', 'm1', 'm2'];
    await mailbox.page(
      'inbox',
      1,
      ids.map((id) => shown(id)),
    );
    const remove = async (id: string, n: number) =>
      room.collections.documents.updateOne({ _id: mailbox.id(id) }, { $set: { removal: { reason: 'movedOut', at: at(n) } } });
    await remove('m2', 300);
    await remove('m0', 400);
    await index();
    const removed = { mailboxId, removed: true };
    expect(await find(removed)).toEqual(['m0', 'm2']);
    expect(await find({ ...removed, sort: 'oldest' })).toEqual(['m2', 'm0']);
    expect(await find({ ...removed, from: at(350) })).toEqual(['m0']);
    expect(await find({ ...removed, after: { id: mailbox.id('m0'), value: at(400).getTime() } })).toEqual(['m2']);
    expect(await find({ ...removed, datasetIds: ['other'] })).toEqual([]);
    expect(await find({ mailboxId })).toEqual(['m1']);
  });

  it('show no bodies in lists; a document itself does', async () => {
    const mailbox = await makeMailbox(room);
    const body = { contentType: 'text' as const, content: 'words', fileId: null, bytes: 5 };
    await mailbox.page('inbox', 1, [shown('m1', { content: { body, text: 'words' } })]);
    await index();
    const query = { datasetIds: ['dataset'], ...mailbox.where, sort: 'newest' as const, after: null, limit: 1 };
    const [listed] = await room.store.documents.search(query);
    expect(listed?.document).toBeDefined();
    expect(listed?.document).not.toHaveProperty('body');
    expect(await room.store.documents.get(mailbox.id('m1'))).toMatchObject({ body, text: 'words' });
  });
});

describe('facets', () => {
  it('count what fits, in the visible datasets alone', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    const context = (datasetId: string, country: string) => ({ context: { crawlId: 'c', datasetId, country } });
    const received = (n: number) => ({ content: { receivedAt: at(n) } });
    const month = 31 * 86_400;
    await mailbox.page('inbox', 1, [shown('m1', received(1)), shown('m2', received(month))], context('facets', 'DE'));
    await mailbox.page('archive', 1, [shown('m3', received(2))], context('facets-other', 'FR'));
    await index();
    const count = (datasetIds: string[]) => room.store.documents.facets({ datasetIds, mailboxId });
    expect(await count(['facets'])).toEqual({
      counted: 2,
      complete: true,
      kinds: [{ value: 'message', count: 2 }],
      mailboxes: [{ value: mailboxId, count: 2 }],
      sources: [{ value: 'source', count: 2 }],
      datasets: [{ value: 'facets', count: 2 }],
      countries: [{ value: 'DE', count: 2 }],
      months: [
        { value: '2026-01', count: 1 },
        { value: '2026-02', count: 1 },
      ],
      attachmentTypes: [],
    });
    expect(await count(['facets', 'facets-other'])).toMatchObject({ counted: 3, countries: [{ value: 'DE' }, { value: 'FR' }] });
    expect(await count([])).toMatchObject({ counted: 0, kinds: [] });
    const ofText = await room.store.documents.facets({ datasetIds: ['facets', 'facets-other'], mailboxId, text: '"Subject of m2"' });
    expect(ofText).toMatchObject({ counted: 1, months: [{ value: '2026-02', count: 1 }] });
  });
});

describe('walking all documents', () => {
  it('gives each whole and once, with its attachments, and leaves no cursor open when it is left', async () => {
    const mailbox = await makeMailbox(room);
    const { mailboxId } = mailbox.where;
    const ids = Array.from({ length: 2500 }, (_, n) => `m${String(n).padStart(4, '0')}`);
    await mailbox.page(
      'inbox',
      1,
      ids.map((id, n) => shown(id, { content: { text: `words of ${id} pangolin`, receivedAt: at(n) } })),
    );
    await index();
    const walked = [];
    for await (const { document } of room.store.documents.walk({ datasetIds: ['dataset'], mailboxId })) walked.push(document.graphId);
    expect(walked).toEqual(ids.toReversed());
    const found = new Set();
    for await (const { document } of room.store.documents.walk({ datasetIds: ['dataset'], mailboxId, text: 'pangolin' })) {
      found.add(document.text);
    }
    expect(found.size).toBe(2500);
    const openCursors = async (): Promise<number> =>
      (await room.store.db.admin().command({ serverStatus: 1 }))['metrics'].cursor.open.total as number;
    const before = await openCursors();
    for await (const _ of room.store.documents.walk({ datasetIds: ['dataset'], mailboxId })) {
      expect(await openCursors()).toBeGreaterThan(before);
      break;
    }
    expect(await openCursors()).toBe(before);
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
