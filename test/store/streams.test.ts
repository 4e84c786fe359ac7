import { Collection } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
type TestMailbox = Awaited<ReturnType<typeof makeMailbox>>;
const claim = async (mailbox: TestMailbox, lane: number, pass = 1) => room.store.streams.claimNext({ ...mailbox.where, pass, lane });

async function setItems(mailbox: TestMailbox, items: Record<string, number>) {
  for (const [graphId, count] of Object.entries(items)) {
    await room.collections.streams.updateOne({ ...mailbox.where, graphId }, { $set: { 'folder.items': count } });
  }
}

describe('lanes', () => {
  it('claim the largest stream first, each its own, until none is left', async () => {
    const mailbox = await makeMailbox(room, ['small', 'large', 'middle']);
    await setItems(mailbox, { small: 1, large: 100, middle: 10 });
    const claimed = await Promise.all([0, 1, 2, 3].map(async (lane) => claim(mailbox, lane)));
    expect(new Set(claimed.map((stream) => stream?.graphId ?? null))).toEqual(new Set(['large', 'middle', 'small', null]));
    const first = await makeMailbox(room, ['small', 'large']);
    await setItems(first, { small: 1, large: 100 });
    expect(await claim(first, 0)).toMatchObject({ graphId: 'large', lease: 1, claim: { pass: 1, lane: 0 } });
  });

  it('never share a stream, however many ask at once', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `folder-${n}`);
    const mailbox = await makeMailbox(room, names);
    const claimed = await Promise.all(Array.from({ length: 20 }, async (_, lane) => claim(mailbox, lane)));
    const ids = claimed.flatMap((stream) => (stream === null ? [] : [stream.graphId]));
    expect(ids.toSorted()).toEqual(names.toSorted());
  });

  it('claim their own stream again after an attempt that died, whose pages are then refused', async () => {
    const mailbox = await makeMailbox(room, ['inbox']);
    const dead = await claim(mailbox, 0);
    const alive = await claim(mailbox, 0);
    expect(alive).toMatchObject({ graphId: 'inbox', lease: (dead?.lease ?? 0) + 1 });
    if (dead === null || alive === null) return;
    expect(await mailbox.page('inbox', 1, [shown('m1')], { stream: dead })).toBeNull();
    expect(await mailbox.page('inbox', 1, [shown('m1')], { stream: alive })).not.toBeNull();
    expect(await claim(mailbox, 0)).toBeNull();
    expect(await claim(mailbox, 1, 2)).toMatchObject({ graphId: 'inbox' });
  });

  it('leave alone what is not crawled, has ended, or failed in this pass', async () => {
    const mailbox = await makeMailbox(room, ['inbox', 'hidden', 'ended', 'failing']);
    await room.store.streams.setTree({
      ...mailbox.where,
      folders: [{ streamId: (await mailbox.stream('hidden'))._id, path: '/hidden', crawled: false }],
    });
    await room.store.streams.end({ stream: await mailbox.stream('ended'), asOf: at(1) });
    await room.store.streams.fail({ stream: await mailbox.stream('failing'), pass: 1, code: 'ErrorServerBusy' });
    expect((await claim(mailbox, 0))?.graphId).toBe('inbox');
    expect(await claim(mailbox, 1)).toBeNull();
    expect(await mailbox.stream('failing')).toMatchObject({ failure: 'ErrorServerBusy' });
    const second = [await claim(mailbox, 0, 2), await claim(mailbox, 1, 2)].map((stream) => stream?.graphId);
    expect(new Set(second)).toEqual(new Set(['failing', 'inbox']));
  });

  it('that failed clear the fault by reading the stream to its end', async () => {
    const mailbox = await makeMailbox(room, ['inbox']);
    await room.store.streams.fail({ stream: await mailbox.stream('inbox'), pass: 1, code: 'ErrorServerBusy' });
    await mailbox.page('inbox', 1, [], { pass: 2 });
    expect(await mailbox.stream('inbox')).toMatchObject({ failure: null, claim: null });
  });

  it('that lost a stream cannot fail it', async () => {
    const mailbox = await makeMailbox(room, ['inbox']);
    const stale = await claim(mailbox, 0);
    await room.store.streams.raiseLeases(mailbox.where);
    if (stale !== null) await room.store.streams.fail({ stream: stale, pass: 1, code: 'ErrorServerBusy' });
    expect(await mailbox.stream('inbox')).toMatchObject({ failure: null, claim: null });
  });
});

describe('the tree of folders', () => {
  const folder = (name: string, change: object = {}) => ({ name, parentId: 'root', items: 1, hidden: false, search: false, ...change });
  const treePage = async (mailbox: TestMailbox, folders: { graphId: string; folder: ReturnType<typeof folder> | null }[]) => {
    const stream = await room.store.streams.takeFolders(mailbox.where);
    return room.store.pages.write({ stream, pass: 2, cursor: { at: 'rest', link: 'delta' }, asOf: at(9), documents: [], folders, context });
  };

  it('gives each folder a stream with a number of its own', async () => {
    const mailbox = await makeMailbox(room, ['a', 'b']);
    await treePage(mailbox, [
      { graphId: 'c', folder: folder('c') },
      { graphId: 'a', folder: folder('renamed') },
      { graphId: 'never', folder: null },
    ]);
    const streams = (await room.store.streams.list(mailbox.where)).filter((stream) => stream.kind === 'messages');
    expect(streams.map(({ graphId, number, folder: stored, crawled }) => [graphId, number, stored?.name, crawled])).toEqual([
      ['a', 2, 'renamed', true],
      ['b', 3, 'b', true],
      ['c', 4, 'c', false],
    ]);
  });

  it('keeps the stream of a folder that is said to be gone, until that is confirmed', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    await treePage(mailbox, [{ graphId: 'a', folder: null }]);
    expect(await mailbox.stream('a')).toMatchObject({ folder: null, endedAt: null, crawled: true });
  });

  it('reads a folder anew that comes back after its end', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    await mailbox.page('a', 1, [shown('m1')]);
    await room.store.streams.end({ stream: await mailbox.stream('a'), asOf: at(5) });
    await treePage(mailbox, [{ graphId: 'a', folder: folder('a') }]);
    expect(await mailbox.stream('a')).toMatchObject({
      endedAt: null,
      generation: 2,
      restGeneration: 1,
      cursor: { at: 'start', link: null },
    });
  });

  it('is taken by one lane at a time', async () => {
    const mailbox = await makeMailbox(room);
    const first = await room.store.streams.takeFolders(mailbox.where);
    const second = await room.store.streams.takeFolders(mailbox.where);
    expect(second.lease).toBe(first.lease + 1);
    const page = { pass: 1, cursor: { at: 'rest' as const, link: 'd' }, asOf: at(1), documents: [], context };
    expect(await room.store.pages.write({ ...page, stream: first })).toBeNull();
    expect(await room.store.pages.write({ ...page, stream: second })).not.toBeNull();
  });

  it('has one stream even when two make it at once', async () => {
    const where = { sourceId: 'together', mailboxId: 'm' };
    await room.store.mailboxes.resolve({
      sourceId: where.sourceId,
      cycleKey: 'c/1',
      users: [{ mailboxId: 'm', address: null, aliases: [], displayName: null }],
    });
    const taken = await Promise.all([1, 2, 3].map(async () => room.store.streams.takeFolders(where)));
    expect(new Set(taken.map((stream) => stream.lease))).toEqual(new Set([1, 2, 3]));
    expect(await room.store.streams.list(where)).toHaveLength(1);
  });

  it('moves documents along with a renamed folder', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    await mailbox.page('a', 1, [shown('m1')]);
    await room.collections.documents.updateOne({ _id: mailbox.id('m1') }, { $set: { indexDueAt: null } });
    await room.store.streams.setTree({
      ...mailbox.where,
      folders: [{ streamId: (await mailbox.stream('a'))._id, path: '/$new/a', crawled: true }],
    });
    expect(await mailbox.document('m1')).toMatchObject({ folderPath: '/$new/a', indexDueAt: expect.any(Date) });
    expect((await mailbox.stream('a')).path).toBe('/$new/a');
  });

  it('moves a document along that a page writes while the folder is renamed', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    const streamId = (await mailbox.stream('a'))._id;
    const updateOne = Collection.prototype.updateOne;
    let written = false;
    vi.spyOn(Collection.prototype, 'updateOne').mockImplementation(async function writingFirst(this: Collection, ...given) {
      if (this.collectionName === 'streams' && !written) {
        written = true;
        await mailbox.page('a', 5, [shown('m1')]);
      }
      return updateOne.apply(this, given);
    });
    await room.store.streams.setTree({ ...mailbox.where, folders: [{ streamId, path: '/renamed', crawled: true }] });
    expect(written).toBe(true);
    expect(await mailbox.document('m1')).toMatchObject({ folderPath: '/renamed' });
  });
});

describe('calendars', () => {
  const set = async (mailbox: TestMailbox, ...calendars: [string, string][]) =>
    room.store.streams.setCalendars({ ...mailbox.where, calendars: calendars.map(([graphId, name]) => ({ graphId, name })) });

  it('get streams, are renamed with their events, and are named when they are listed no more', async () => {
    const mailbox = await makeMailbox(room);
    expect(await set(mailbox, ['c1', 'Calendar'], ['c2', 'Other'])).toEqual({ unlisted: [] });
    const event = { ...shown('e1'), kind: 'event' as const };
    await mailbox.page('c1', 1, [event]);
    expect(await mailbox.document('e1')).toMatchObject({ kind: 'event', folderId: 'c1', folderPath: 'Calendar' });
    const { unlisted } = await set(mailbox, ['c1', 'Renamed']);
    expect(unlisted.map((stream) => stream.graphId)).toEqual(['c2']);
    expect(await mailbox.document('e1')).toMatchObject({ folderPath: 'Renamed' });
    const number = (await mailbox.stream('c1')).number;
    expect(await room.store.pages.presentIn({ ...mailbox.where, streamNumber: number })).toEqual(new Map([['e1', 'k1']]));
  });

  it('that come back are read anew', async () => {
    const mailbox = await makeMailbox(room);
    await set(mailbox, ['c1', 'Calendar']);
    await mailbox.page('c1', 1, []);
    await room.store.streams.end({ stream: await mailbox.stream('c1'), asOf: at(2) });
    expect(await set(mailbox)).toEqual({ unlisted: [] });
    await set(mailbox, ['c1', 'Calendar']);
    expect(await mailbox.stream('c1')).toMatchObject({ endedAt: null, generation: 2, cursor: { at: 'start' } });
  });
});

describe('a count of Graph', () => {
  it('is kept with the time of asking and what explains it', async () => {
    const mailbox = await makeMailbox(room);
    const counts = { graph: 12, own: 11, skips: 1, excluded: 0, difference: 0, explanation: 'skips' as const, comparedAt: at(4) };
    await room.store.streams.setCounts({ streamId: (await mailbox.stream('inbox'))._id, counts });
    expect((await mailbox.stream('inbox')).counts).toEqual(counts);
  });
});

describe('what a stream shows', () => {
  it('is what it shows in its present generation, without what was removed', async () => {
    const mailbox = await makeMailbox(room);
    const shownBy = async () => room.store.pages.shownBy({ stream: await mailbox.stream('inbox'), graphIds: ['m1', 'm2', 'm3', 'm4'] });
    await mailbox.page('inbox', 1, [shown('m1'), shown('m2')]);
    await mailbox.page('archive', 1, [shown('m3')]);
    expect(await shownBy()).toEqual(new Set(['m1', 'm2']));
    await mailbox.page('inbox', 2, [gone('m2')]);
    expect(await shownBy()).toEqual(new Set(['m1']));
    await room.store.streams.restart(await mailbox.stream('inbox'), 'SyncStateNotFound');
    expect(await shownBy()).toEqual(new Set());
  });
});
