import { Collection } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();

describe('a page and its cursor', () => {
  it('are written together', async () => {
    const mailbox = await makeMailbox(room);
    const written = await mailbox.page('inbox', 5, [shown('m1')], { cursor: { at: 'page', link: 'next' }, pass: 3 });
    expect(written).toMatchObject({ sequence: 1, cursor: { at: 'page', link: 'next' }, readInPass: 0, restAsOf: null, changedAt: at(5) });
    expect(await mailbox.document('m1')).toMatchObject({
      kind: 'message',
      datasetId: 'dataset',
      country: 'DE',
      crawlId: 'crawl',
      folderId: 'inbox',
      folderPath: '/inbox',
      subject: 'Subject of m1',
      firstSeenAt: at(5),
      lastSeenAt: at(5),
      unseenSince: null,
      removal: null,
    });
  });

  it('at rest, end the pass for the stream', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 5, [], { pass: 3 });
    expect(await mailbox.stream('inbox')).toMatchObject({ readInPass: 3, restGeneration: 1, restAsOf: at(5), claim: null, failure: null });
  });

  it('are not written by a lane whose stream was taken', async () => {
    const mailbox = await makeMailbox(room);
    const stale = await mailbox.stream('inbox');
    await room.store.streams.claimNext({ ...mailbox.where, pass: 1, lane: 0 });
    await room.store.streams.claimNext({ ...mailbox.where, pass: 1, lane: 1 });
    expect(await mailbox.page('inbox', 5, [shown('m1')], { stream: stale })).toBeNull();
    expect(await mailbox.document('m1')).toBeNull();
    expect((await mailbox.stream('inbox')).sequence).toBe(0);
  });

  it('are written once when the same page is written twice', async () => {
    const mailbox = await makeMailbox(room);
    const taken = await mailbox.stream('inbox');
    expect(await mailbox.page('inbox', 5, [shown('m1')], { stream: taken })).not.toBeNull();
    expect(await mailbox.page('inbox', 6, [shown('m1', { content: { subject: 'again' } })], { stream: taken })).toBeNull();
    expect((await mailbox.document('m1'))?.subject).toBe('Subject of m1');
  });

  it('leave nothing behind when the transaction fails, and can be written again', async () => {
    const mailbox = await makeMailbox(room);
    const bulkWrite = Collection.prototype.bulkWrite;
    const failing = vi.spyOn(Collection.prototype, 'bulkWrite').mockImplementation(async function failLast(this: Collection, ...given) {
      if (this.collectionName === 'skips') throw new Error('the connection is lost');
      return bulkWrite.apply(this, given);
    });
    const skips = [{ graphId: 'm2', code: 'ErrorCorruptData', words: 'damaged' }];
    await expect(mailbox.page('inbox', 5, [shown('m1')], { skips })).rejects.toThrow('the connection is lost');
    expect(await mailbox.document('m1')).toBeNull();
    expect(await mailbox.stream('inbox')).toMatchObject({ sequence: 0, cursor: { at: 'start' } });
    failing.mockRestore();
    expect(await mailbox.page('inbox', 5, [shown('m1')], { skips })).not.toBeNull();
    expect(await mailbox.document('m1')).not.toBeNull();
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(1);
  });

  it('are written with skips alone when every document is refused', async () => {
    const mailbox = await makeMailbox(room);
    const foreign = { ...context, datasetId: 7 as unknown as string };
    await mailbox.page('inbox', 5, [shown('m1'), shown('m2')], { context: foreign });
    expect(await mailbox.document('m1')).toBeNull();
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(2);
    expect((await mailbox.stream('inbox')).sequence).toBe(1);
  });

  it('are repeated until they fit when lanes show the same document at once', async () => {
    const mailbox = await makeMailbox(room, ['a', 'b', 'c', 'd']);
    await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (folder, index) => mailbox.page(folder, index + 1, [shown('m1'), shown(`own-${folder}`)])),
    );
    const document = await mailbox.document('m1');
    expect(Object.values(document?.seenIn ?? {})).toHaveLength(4);
    expect(document?.folderId).toBe('d');
  });
});

describe('an item that moves', () => {
  it('is in its new folder, whichever page comes first', async () => {
    const first = await makeMailbox(room);
    await first.page('inbox', 1, [shown('m1')]);
    await first.page('inbox', 5, [gone('m1')]);
    expect(await first.document('m1')).toMatchObject({ unseenSince: at(5), removal: null, folderId: 'inbox' });
    await first.page('archive', 6, [shown('m1')]);
    expect(await first.document('m1')).toMatchObject({ unseenSince: null, folderId: 'archive', folderPath: '/archive' });

    const second = await makeMailbox(room);
    await second.page('inbox', 1, [shown('m1')]);
    await second.page('archive', 6, [shown('m1')]);
    await second.page('inbox', 7, [gone('m1')]);
    expect(await second.document('m1')).toMatchObject({ unseenSince: null, folderId: 'archive' });
  });

  it('goes back to the folder that still shows it', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1')]);
    await mailbox.page('archive', 2, [shown('m1')]);
    await mailbox.page('archive', 3, [gone('m1')]);
    expect(await mailbox.document('m1')).toMatchObject({ unseenSince: null, folderId: 'inbox', folderPath: '/inbox' });
  });

  it('is unseen since the latest word on it, whichever page comes first', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1')]);
    await mailbox.page('archive', 2, [shown('m1')]);
    await mailbox.page('inbox', 9, [gone('m1')]);
    await mailbox.page('archive', 8, [gone('m1')]);
    expect((await mailbox.document('m1'))?.unseenSince).toEqual(at(9));
  });
});

describe('content', () => {
  it('of a later modification wins, however late it was asked for', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 9, [shown('m1', { lastModifiedAt: at(4), content: { subject: 'newer' } })]);
    await mailbox.page('archive', 20, [shown('m1', { lastModifiedAt: at(3), content: { subject: 'older' } })]);
    expect(await mailbox.document('m1')).toMatchObject({ subject: 'newer', lastModifiedAt: at(4), folderId: 'archive' });
  });

  it('of the same or unknown modification wins when asked for later', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 9, [shown('m1', { lastModifiedAt: at(4), content: { subject: 'first' } })]);
    await mailbox.page('archive', 8, [shown('m1', { lastModifiedAt: at(4), content: { subject: 'earlier' } })]);
    expect((await mailbox.document('m1'))?.subject).toBe('first');
    await mailbox.page('archive', 10, [shown('m1', { content: { subject: 'later' } })]);
    expect((await mailbox.document('m1'))?.subject).toBe('later');
  });

  it('that Graph repeats unchanged writes nothing but the slot', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { lastModifiedAt: at(0) })]);
    await room.collections.documents.updateOne({ _id: mailbox.id('m1') }, { $set: { indexDueAt: null } });
    const before = await mailbox.document('m1');
    await mailbox.page('inbox', 2, [shown('m1', { lastModifiedAt: at(0) })]);
    const number = String((await mailbox.stream('inbox')).number);
    const after = await mailbox.document('m1');
    expect(after).toEqual({
      ...before,
      lastSeenAt: at(2),
      contentAsOf: at(2),
      seenIn: { [number]: { generation: 1, present: true, asOf: at(2) } },
    });
  });

  it('keeps what a later page does not name', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { content: { preview: 'kept' } })]);
    await mailbox.page('inbox', 2, [shown('m1', { content: { subject: 'new' } })]);
    expect(await mailbox.document('m1')).toMatchObject({ preview: 'kept', subject: 'new' });
  });

  it('may look like an operator of MongoDB', async () => {
    const mailbox = await makeMailbox(room);
    const content = { subject: '$subject', text: '$$ROOT', recurrence: { '@odata.type': '#a.b', $set: { 'x.y': 1 } } };
    await mailbox.page('inbox', 1, [shown('m1', { content })]);
    await mailbox.page('inbox', 2, [shown('m1', { content: { ...content, subject: '$$NOW' } })]);
    expect(await mailbox.document('m1')).toMatchObject({ ...content, subject: '$$NOW' });
  });
});

describe('a partial update', () => {
  const partial = (graphId: string, content: object) =>
    shown(graphId, { whole: false, content: { subject: undefined, changeKey: undefined, ...content } });

  it('changes the named fields alone', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { lastModifiedAt: at(0), content: { read: false } })]);
    await room.collections.documents.updateOne({ _id: mailbox.id('m1') }, { $set: { indexDueAt: null } });
    await mailbox.page('inbox', 2, [partial('m1', { read: true })]);
    expect(await mailbox.document('m1')).toMatchObject({
      read: true,
      subject: 'Subject of m1',
      lastModifiedAt: at(0),
      contentHash: null,
      indexDueAt: null,
    });
  });

  it('never makes a document', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [partial('m1', { read: true })]);
    expect(await mailbox.document('m1')).toBeNull();
  });

  it('that says what is known keeps the hash', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { contentHash: 'h', content: { read: true } })]);
    await mailbox.page('inbox', 2, [partial('m1', { read: true })]);
    expect((await mailbox.document('m1'))?.contentHash).toBe('h');
  });
});

describe('a new generation', () => {
  it('clears, at its end, the slots of what it did not show', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('stays'), shown('leaves'), shown('last')]);
    const taken = await mailbox.stream('inbox');
    const restarted = await room.store.streams.restart(taken, 'SyncStateNotFound');
    expect(restarted).toMatchObject({ generation: 2, cursor: { at: 'start', link: null }, sequence: taken.sequence + 1 });
    await mailbox.page('inbox', 5, [shown('stays')], { cursor: { at: 'page', link: 'next' } });
    expect(await mailbox.document('leaves')).toMatchObject({ unseenSince: null });
    await mailbox.page('inbox', 6, [shown('last')]);
    expect(await mailbox.document('leaves')).toMatchObject({ unseenSince: at(6), removal: null });
    expect(await mailbox.document('stays')).toMatchObject({ unseenSince: null });
    expect(await mailbox.document('last')).toMatchObject({ unseenSince: null });
    expect(await mailbox.stream('inbox')).toMatchObject({ restGeneration: 2 });
  });

  it('clears thousands as well', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page(
      'inbox',
      1,
      Array.from({ length: 1_200 }, (_, n) => shown(`m${n}`)),
    );
    await room.store.streams.restart(await mailbox.stream('inbox'), 'SyncStateNotFound');
    await mailbox.page('inbox', 6, [shown('m7')]);
    const unseen = await room.collections.documents.countDocuments({ ...mailbox.where, unseenSince: at(6) });
    expect(unseen).toBe(1_199);
  });

  it('is not begun by a lane that lost the stream', async () => {
    const mailbox = await makeMailbox(room);
    const stale = await mailbox.stream('inbox');
    await mailbox.page('inbox', 1, []);
    expect(await room.store.streams.restart(stale, 'SyncStateNotFound')).toBeNull();
  });
});
