import { Collection, Db, type Document, type Filter, type FindOneAndUpdateOptions } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import { at, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
const body = (text: string) => ({ contentType: 'text' as const, content: text, fileId: null, bytes: Buffer.byteLength(text) });
const filesIn = async () => room.store.db.collection('bodies.files').countDocuments();
const chunksIn = async () => room.store.db.collection('bodies.chunks').countDocuments();

describe('a document that MongoDB refuses', () => {
  it('becomes a skip and does not hold up its page', async () => {
    const mailbox = await makeMailbox(room);
    const bad = shown('bad', { content: { subject: 5 as unknown as string } });
    const written = await mailbox.page('inbox', 1, [shown('m1'), bad, shown('m2')], {
      skips: [{ graphId: 'm9', code: 'ErrorCorruptData', words: 'damaged' }],
    });
    expect(written?.sequence).toBe(1);
    expect(await mailbox.document('m1')).not.toBeNull();
    expect(await mailbox.document('m2')).not.toBeNull();
    expect(await mailbox.document('bad')).toBeNull();
    const skips = await room.store.skips.list({ sourceId: 'source', mailboxId: mailbox.where.mailboxId, after: null, limit: 10 });
    expect(skips.map(({ graphId, code, tries, state }) => [graphId, code, tries, state])).toEqual([
      ['bad', 'TrawlRefusedDocument', 1, 'open'],
      ['m9', 'ErrorCorruptData', 1, 'open'],
    ]);
  });

  it('leaves a stored document as it was', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1')]);
    await mailbox.page('inbox', 2, [shown('m1', { content: { to: 'nobody' as never } })]);
    expect(await mailbox.document('m1')).toMatchObject({ subject: 'Subject of m1', lastSeenAt: at(1) });
  });
});

describe('a skip', () => {
  it('is counted again, and closed when the item can be read', async () => {
    const mailbox = await makeMailbox(room);
    const skip = { graphId: 'm1', code: 'ErrorCorruptData', words: '$words' };
    await mailbox.page('inbox', 1, [], { skips: [skip] });
    await mailbox.page('inbox', 2, [], { skips: [skip] });
    const list = async () => room.store.skips.list({ sourceId: 'source', mailboxId: mailbox.where.mailboxId, after: null, limit: 10 });
    expect(await list()).toMatchObject([
      { _id: mailbox.id('m1'), tries: 2, state: 'open', words: '$words', firstAt: at(1), lastAt: at(2) },
    ]);
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(1);
    await mailbox.page('inbox', 3, [shown('m1')]);
    expect(await list()).toMatchObject([{ state: 'retried', tries: 2 }]);
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(0);
  });

  it('that a person accepted stays accepted', async () => {
    const mailbox = await makeMailbox(room);
    const skips = [{ graphId: 'm1', code: 'ErrorCorruptData', words: 'damaged' }];
    await mailbox.page('inbox', 1, [], { skips });
    await room.collections.skips.updateOne({ _id: mailbox.id('m1') }, { $set: { state: 'accepted' } });
    await mailbox.page('inbox', 2, [], { skips });
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(0);
  });
});

describe('a large item', () => {
  it('has its body in GridFS, and is read back whole', async () => {
    const mailbox = await makeMailbox(room);
    const text = 'ä'.repeat(700_000);
    await mailbox.page('inbox', 1, [shown('m1', { content: { body: body(text) } })]);
    const stored = await mailbox.document('m1');
    expect(stored?.body).toMatchObject({ content: null, bytes: 1_400_000 });
    expect(await room.store.bodies.read(stored?.body?.fileId ?? '')).toBe(text);
  });

  it('keeps equal bodies once, and drops a body with its last document', async () => {
    const mailbox = await makeMailbox(room);
    const before = { files: await filesIn(), chunks: await chunksIn() };
    const content = { body: body('b'.repeat(1_200_000)) };
    await mailbox.page('inbox', 1, [shown('m1', { content }), shown('m2', { content })]);
    await mailbox.page('inbox', 2, [shown('m1', { content })]);
    expect(await filesIn()).toBe(before.files + 1);
    await mailbox.page('inbox', 3, [shown('m1', { content: { body: body('short') } })]);
    expect(await filesIn()).toBe(before.files + 1);
    await mailbox.page('inbox', 4, [gone('m2')]);
    const [unseen] = await room.store.removals.unseen({ ...mailbox.where, settledAt: at(9), now: at(9), limit: 10 });
    if (unseen === undefined) throw new Error('m2 must be unseen');
    expect(await room.store.removals.confirm({ document: unseen, reason: 'deleted', at: at(9) })).toBe(true);
    expect({ files: await filesIn(), chunks: await chunksIn() }).toEqual(before);
  });

  it('keeps its body although the file was removed while its page was written', async () => {
    const mailbox = await makeMailbox(room);
    const text = 'c'.repeat(1_200_000);
    let removed = 0;
    const moveCursor = Collection.prototype.findOneAndUpdate;
    vi.spyOn(Collection.prototype, 'findOneAndUpdate').mockImplementation(async function removingFirst(
      this: Collection,
      filter: Filter<Document>,
      update: Document,
      options: FindOneAndUpdateOptions = {},
    ) {
      if (removed === 0) {
        removed = (await room.store.db.collection('bodies.files').deleteMany({ length: 1_200_000 })).deletedCount;
        await room.store.db.collection('bodies.chunks').deleteMany({});
      }
      return Reflect.apply(moveCursor, this, [filter, update, options]) as Promise<unknown>;
    });
    await mailbox.page('inbox', 1, [shown('m1', { content: { body: body(text) } })], { stream: await mailbox.stream('inbox') });
    expect(removed).toBe(1);
    expect(await room.store.bodies.read((await mailbox.document('m1'))?.body?.fileId ?? '')).toBe(text);
  });

  it('has its text cut at 1 MB, between characters', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { content: { text: `x${'ä'.repeat(600_000)}` } })]);
    const stored = await mailbox.document('m1');
    expect(stored?.textTruncated).toBe(true);
    expect(Buffer.byteLength(stored?.text ?? '')).toBe(999_999);
    expect(stored?.text?.endsWith('ä')).toBe(true);
  });

  it('beyond what a document can hold becomes a skip', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('huge', { content: { preview: 'p'.repeat(15_500_000) } }), shown('m1')]);
    expect(await mailbox.document('huge')).toBeNull();
    expect(await mailbox.document('m1')).not.toBeNull();
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(1);
  });

  it('is one of many: a page of 80 MB is written in parts, and its cursor with the last', async () => {
    const mailbox = await makeMailbox(room);
    const items = Array.from({ length: 80 }, (_, n) => shown(`m${n}`, { content: { text: String(n % 10).repeat(999_000) } }));
    const taken = await mailbox.stream('inbox');
    const command = Db.prototype.command;
    let bytes = 0;
    const failing = vi.spyOn(Db.prototype, 'command').mockImplementation(async function failLate(this: Db, given, options) {
      const { documents } = given as { documents?: unknown[] };
      bytes += (documents?.length ?? 0) * 1_000_000;
      if (bytes > 50_000_000) throw new Error('the connection is lost');
      return command.call(this, given, options);
    });
    await expect(mailbox.page('inbox', 1, items, { stream: taken })).rejects.toThrow('the connection is lost');
    failing.mockRestore();
    expect(await mailbox.stream('inbox')).toMatchObject({ sequence: 0, cursor: { at: 'start' } });
    const partly = await room.collections.documents.countDocuments(mailbox.where);
    expect(partly).toBeGreaterThan(20);
    expect(partly).toBeLessThan(50);
    expect(await mailbox.page('inbox', 1, items, { stream: taken })).toMatchObject({ sequence: 1 });
    expect(await room.collections.documents.countDocuments(mailbox.where)).toBe(80);
  });

  it('is written by nobody whose stream was taken between two parts', async () => {
    const mailbox = await makeMailbox(room);
    const items = Array.from({ length: 80 }, (_, n) => shown(`m${n}`, { content: { text: String(n % 10).repeat(999_000) } }));
    const stale = await mailbox.stream('inbox');
    const findOneAndUpdate = Collection.prototype.findOneAndUpdate;
    let holds = 0;
    vi.spyOn(Collection.prototype, 'findOneAndUpdate').mockImplementation(async function takingSecond(
      this: Collection,
      filter: Filter<Document>,
      update: Document,
      options: FindOneAndUpdateOptions = {},
    ) {
      holds += 1;
      if (holds === 2) await room.store.streams.raiseLeases(mailbox.where);
      return Reflect.apply(findOneAndUpdate, this, [filter, update, options]) as Promise<unknown>;
    });
    expect(await mailbox.page('inbox', 1, items, { stream: stale })).toBeNull();
    expect(await room.collections.documents.countDocuments(mailbox.where)).toBeLessThan(40);
    expect((await mailbox.stream('inbox')).sequence).toBe(0);
  });
});
