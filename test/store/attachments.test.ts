import { describe, expect, it } from 'vitest';
import type { DueAttachments } from '../../store/types.ts';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
type TestMailbox = Awaited<ReturnType<typeof makeMailbox>>;

const file = (name: string) => ({
  name,
  contentType: 'text/plain',
  attachmentType: 'file' as const,
  inline: false,
  contentId: null,
  graphBytes: 10,
  bytes: 10,
  sha256: name,
});
const claim = async (mailbox: TestMailbox, lane = 0, pass = 1) =>
  (await room.store.attachments.claimDue({ ...mailbox.where, pass, lane, limit: 1 }))[0] ?? null;

async function due(mailbox: TestMailbox): Promise<DueAttachments> {
  const message = await claim(mailbox);
  if (message === null) throw new Error('The attachments must be due');
  return message;
}

async function write(mailbox: TestMailbox, message: DueAttachments, names: string[], n = 50): Promise<boolean> {
  const attachments = names.map((name) => ({ attachmentId: name, content: file(name) }));
  const messages = [{ message, attachments, at: at(n) }];
  return (await room.store.attachments.write({ ...mailbox.where, messages, context })).has(message.documentId);
}

const live = async (mailbox: TestMailbox) =>
  (await room.store.documents.attachmentsOf(mailbox.id('m1'))).map((document) => document.attachment?.name);

describe('attachments that are due', () => {
  it('are claimed by one lane; the same lane may claim them again', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' }), shown('m2', { attachmentsKey: null })]);
    expect(await claim(mailbox, 0)).toMatchObject({ documentId: mailbox.id('m1'), graphId: 'm1', key: 'a1', tries: 0 });
    expect(await claim(mailbox, 1)).toBeNull();
    expect(await claim(mailbox, 0)).toMatchObject({ graphId: 'm1' });
    expect(await claim(mailbox, 1, 2)).toMatchObject({ graphId: 'm1' });
  });

  it('become documents of their own, in the folder of their message', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    expect(await write(mailbox, await due(mailbox), ['one', 'two'])).toBe(true);
    expect(await claim(mailbox)).toBeNull();
    const [one] = await room.store.documents.attachmentsOf(mailbox.id('m1'));
    expect(one).toMatchObject({
      _id: `${mailbox.id('m1')}:one`,
      kind: 'attachment',
      parentId: mailbox.id('m1'),
      graphId: 'one',
      folderPath: '/inbox',
      attachment: file('one'),
      country: 'DE',
    });
    expect(await live(mailbox)).toEqual(['one', 'two']);
  });

  it('are read again only when the key changes; what is then not named is erased', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    await write(mailbox, await due(mailbox), ['one', 'two']);
    await mailbox.page('inbox', 2, [shown('m1', { attachmentsKey: 'a1', content: { subject: 'other' } })]);
    expect(await claim(mailbox)).toBeNull();
    await mailbox.page('inbox', 3, [shown('m1', { attachmentsKey: 'a2' })]);
    expect(await live(mailbox)).toEqual(['one', 'two']);
    await write(mailbox, await due(mailbox), ['two', 'three']);
    expect(await live(mailbox)).toEqual(['three', 'two']);
    const erased = await room.collections.documents.findOne({ _id: `${mailbox.id('m1')}:one` });
    expect(erased).toMatchObject({ removal: { reason: 'deleted', at: at(50) } });
    expect(erased).not.toHaveProperty('attachment');
  });

  it('are erased when the message has none any more', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    await write(mailbox, await due(mailbox), ['one']);
    await mailbox.page('inbox', 3, [shown('m1', { attachmentsKey: null, content: { hasAttachments: false } })]);
    expect(await live(mailbox)).toEqual([]);
    expect(await mailbox.document('m1')).toMatchObject({ attachments: null });
  });

  it('are not written when the message changed, was removed, or was written by another lane meanwhile', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    const message = await due(mailbox);
    await mailbox.page('inbox', 2, [shown('m1', { attachmentsKey: 'a2' })]);
    expect(await write(mailbox, message, ['one'])).toBe(false);
    const newer = await due(mailbox);
    expect(await write(mailbox, newer, ['one'])).toBe(true);
    expect(await write(mailbox, newer, ['late'])).toBe(false);
    await mailbox.page('inbox', 3, [shown('m1', { attachmentsKey: 'a3' })]);
    const last = await due(mailbox);
    await mailbox.page('inbox', 4, [gone('m1')]);
    const [document] = await room.store.removals.unseen({ ...mailbox.where, settledAt: at(9), now: at(9), limit: 1 });
    if (document === undefined) throw new Error('m1 must be unseen');
    await room.store.removals.confirm({ document, reason: 'movedOut', at: at(9) });
    expect(await write(mailbox, last, ['never'])).toBe(false);
    expect(await claim(mailbox)).toBeNull();
    expect(await room.collections.documents.countDocuments({ parentId: mailbox.id('m1'), graphId: { $in: ['late', 'never'] } })).toBe(0);
  });

  it('of several messages are claimed and written together, without a message that changed meanwhile', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page(
      'inbox',
      1,
      ['m1', 'm2', 'm3', 'm4'].map((id) => shown(id, { attachmentsKey: 'a1' })),
    );
    const first = await room.store.attachments.claimDue({ ...mailbox.where, pass: 1, lane: 0, limit: 3 });
    const second = await room.store.attachments.claimDue({ ...mailbox.where, pass: 1, lane: 1, limit: 3 });
    expect([first.length, second.length]).toEqual([3, 1]);
    const [changed] = first;
    await mailbox.page('inbox', 2, [shown(changed!.graphId, { attachmentsKey: 'a2' })]);
    const messages = [...first, ...second].map((message, index) => ({
      message,
      attachments: [{ attachmentId: `of-${message.graphId}`, content: file('one') }],
      at: at(50 + index),
    }));
    const written = await room.store.attachments.write({ ...mailbox.where, messages, context });
    const unchanged = messages.slice(1).map(({ message }) => message);
    expect(written).toEqual(new Set(unchanged.map((message) => message.documentId)));
    const parents = await room.collections.documents.distinct('parentId', { ...mailbox.where, kind: 'attachment' });
    expect(parents.toSorted()).toEqual(unchanged.map((message) => message.documentId).toSorted());
    expect(await claim(mailbox)).toMatchObject({ graphId: changed!.graphId, key: 'a2' });
  });

  it('are claimed once each by lanes that ask at the same time', async () => {
    const mailbox = await makeMailbox(room);
    const ids = Array.from({ length: 30 }, (_, index) => `m${index}`);
    await mailbox.page(
      'inbox',
      1,
      ids.map((id) => shown(id, { attachmentsKey: 'a1' })),
    );
    const lane = async (number: number) => {
      const mine: string[] = [];
      for (;;) {
        const claimed = await room.store.attachments.claimDue({ ...mailbox.where, pass: 1, lane: number, limit: 7 });
        if (claimed.length === 0) return mine;
        mine.push(...claimed.map((message) => message.graphId));
        const messages = claimed.map((message) => ({ message, attachments: [], at: at(50) }));
        await room.store.attachments.write({ ...mailbox.where, messages, context });
      }
    };
    const taken = (await Promise.all([0, 1, 2, 3].map(lane))).flat();
    expect(taken.toSorted()).toEqual(ids.toSorted());
  });

  it('move with their message', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    await write(mailbox, await due(mailbox), ['one']);
    await mailbox.page('archive', 60, [shown('m1', { attachmentsKey: 'a1' })]);
    expect(await room.store.documents.attachmentsOf(mailbox.id('m1'))).toMatchObject([{ folderId: 'archive', folderPath: '/archive' }]);
  });

  it('that cannot be read are left for later passes, and become a skip after three tries', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    for (const pass of [1, 2, 3]) {
      const message = await claim(mailbox, 0, pass);
      expect(message?.tries).toBe(pass - 1);
      if (message !== null) await room.store.attachments.fail({ ...mailbox.where, message, code: 'ErrorCorruptData', words: 'damaged' });
      expect(await claim(mailbox, 0, pass)).toBeNull();
    }
    expect(await claim(mailbox, 0, 4)).toBeNull();
    expect(await room.store.skips.list({ sourceId: 'source', mailboxId: mailbox.where.mailboxId, after: null, limit: 9 })).toMatchObject([
      { _id: `${mailbox.id('m1')}:*`, graphId: 'm1', code: 'ErrorCorruptData', state: 'open' },
    ]);
    await mailbox.page('inbox', 2, [shown('m1', { attachmentsKey: 'a2' })]);
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(1);
    const message = await claim(mailbox, 0, 5);
    if (message !== null) await write(mailbox, message, ['one']);
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(0);
  });

  it.each([
    {
      what: 'the message has none any more',
      happen: (mailbox: TestMailbox) => mailbox.page('inbox', 2, [shown('m1', { attachmentsKey: null })]),
    },
    {
      what: 'the message is deleted',
      happen: async (mailbox: TestMailbox) => {
        await mailbox.page('inbox', 2, [gone('m1')]);
        const where = { ...mailbox.where, settledAt: at(9), now: at(9), limit: 9 };
        for (const document of await room.store.removals.unseen(where))
          await room.store.removals.confirm({ document, reason: 'deleted', at: at(9) });
      },
    },
  ])('that were given up are a skip no more when $what', async ({ happen }) => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    for (const pass of [1, 2, 3]) {
      const message = await claim(mailbox, 0, pass);
      if (message !== null) await room.store.attachments.fail({ ...mailbox.where, message, code: 'ErrorItemNotFound', words: 'not there' });
    }
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(1);
    await happen(mailbox);
    expect(await room.store.skips.countOpen(mailbox.where)).toBe(0);
  });

  it('that MongoDB refuses leave those of other messages in the same write alone', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page(
      'inbox',
      1,
      ['m1', 'm2'].map((id) => shown(id, { attachmentsKey: 'a1' })),
    );
    const claimed = await room.store.attachments.claimDue({ ...mailbox.where, pass: 1, lane: 0, limit: 2 });
    const bad = { ...file('bad'), graphBytes: 'many' as unknown as number };
    const messages = claimed.map((message) => ({
      message,
      attachments: [{ attachmentId: 'one', content: message.graphId === 'm1' ? bad : file('one') }],
      at: at(5),
    }));
    expect((await room.store.attachments.write({ ...mailbox.where, messages, context })).size).toBe(2);
    expect(await room.collections.documents.distinct('parentId', { ...mailbox.where, kind: 'attachment' })).toEqual([mailbox.id('m2')]);
    expect(await room.store.skips.list({ sourceId: 'source', mailboxId: mailbox.where.mailboxId, after: null, limit: 9 })).toMatchObject([
      { _id: `${mailbox.id('m1')}:*`, code: 'TrawlRefusedDocument' },
    ]);
  });

  it('that MongoDB refuses are left out with a skip, the others are written', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1', { attachmentsKey: 'a1' })]);
    const bad = { attachmentId: 'bad', content: { ...file('bad'), graphBytes: 'many' as unknown as number } };
    const attachments = [{ attachmentId: 'one', content: file('one') }, bad];
    const messages = [{ message: await due(mailbox), attachments, at: at(5) }];
    expect(await room.store.attachments.write({ ...mailbox.where, messages, context })).toEqual(new Set([mailbox.id('m1')]));
    expect(await live(mailbox)).toEqual(['one']);
    expect(await room.store.skips.list({ sourceId: 'source', mailboxId: mailbox.where.mailboxId, after: null, limit: 9 })).toMatchObject([
      { _id: `${mailbox.id('m1')}:*`, code: 'TrawlRefusedDocument' },
    ]);
  });
});
