import { describe, expect, it } from 'vitest';
import type { UnseenDocument } from '../../store/types.ts';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
const minute = 60;

type TestMailbox = Awaited<ReturnType<typeof makeMailbox>>;

async function unseenIn(mailbox: TestMailbox, n = 1_000): Promise<UnseenDocument[]> {
  return room.store.removals.unseen({ ...mailbox.where, settledAt: at(n), now: at(n), limit: 100 });
}

async function onlyUnseen(mailbox: TestMailbox, n?: number): Promise<UnseenDocument> {
  const [document, ...others] = await unseenIn(mailbox, n);
  if (document === undefined || others.length > 0) throw new Error('Exactly one document must be unseen');
  return document;
}

async function goneMessage(content: object = {}): Promise<{ mailbox: TestMailbox; document: UnseenDocument }> {
  const mailbox = await makeMailbox(room);
  await mailbox.page('inbox', 1, [shown('m1', { content, attachmentsKey: 'a1', lastModifiedAt: at(0) })]);
  await mailbox.page('inbox', 5, [gone('m1')]);
  return { mailbox, document: await onlyUnseen(mailbox) };
}

describe('unseen documents', () => {
  it('are those without a present slot since before all streams were read', async () => {
    const { mailbox, document } = await goneMessage();
    expect(document).toEqual({
      _id: mailbox.id('m1'),
      graphId: 'm1',
      kind: 'message',
      unseenSince: at(5),
      looks: 0,
      folderId: 'inbox',
      occurrenceId: null,
    });
    expect(await unseenIn(mailbox, 5)).toEqual([]);
    await mailbox.page('archive', 6, [shown('m1')]);
    expect(await unseenIn(mailbox)).toEqual([]);
  });

  it('of an ended stream are found as of its end, others stay in their folders', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1'), shown('m2')]);
    await mailbox.page('archive', 2, [shown('m2')]);
    await room.store.streams.end({ stream: await mailbox.stream('archive'), asOf: at(7) });
    expect(await unseenIn(mailbox)).toEqual([]);
    expect(await mailbox.document('m2')).toMatchObject({ folderId: 'inbox' });
    await room.store.streams.end({ stream: await mailbox.stream('inbox'), asOf: at(8) });
    expect((await unseenIn(mailbox)).map(({ graphId, unseenSince }) => [graphId, unseenSince])).toEqual([
      ['m1', at(8)],
      ['m2', at(8)],
    ]);
    expect(await mailbox.stream('inbox')).toMatchObject({ endedAt: at(8) });
  });
});

describe('a removal', () => {
  it('because the item was deleted erases its content, attachments and search entry', async () => {
    const { mailbox, document } = await goneMessage({ text: 'words', from: { name: 'N', address: 'n@example.test' }, receivedAt: at(0) });
    const [message] = await room.store.attachments.claimDue({ ...mailbox.where, pass: 1, lane: 0, limit: 9 });
    expect(message?.documentId).toBe(document._id);
    const attachment = {
      name: 'secret.txt',
      contentType: null,
      attachmentType: 'file' as const,
      inline: false,
      contentId: null,
      graphBytes: 1,
      bytes: 1,
      sha256: 'x',
    };
    if (message === undefined) return;
    await room.store.attachments.write({
      ...mailbox.where,
      messages: [{ message, attachments: [{ attachmentId: 'a', content: attachment }], at: at(6) }],
      context,
    });
    await room.store.search.indexBatch(100);
    expect(await room.collections.search.countDocuments({ _id: { $in: [document._id, `${document._id}:a`] } })).toBe(2);

    expect(await room.store.removals.confirm({ document, reason: 'deleted', at: at(9) })).toBe(true);
    const erased = await mailbox.document('m1');
    expect(erased).toMatchObject({
      removal: { reason: 'deleted', at: at(9) },
      folderId: 'inbox',
      firstSeenAt: at(1),
      receivedAt: at(0),
      attachments: null,
    });
    for (const field of ['subject', 'text', 'from', 'changeKey', 'webLink', 'body']) expect(erased).not.toHaveProperty(field);
    const ofAttachment = await room.collections.documents.findOne({ parentId: document._id });
    expect(ofAttachment).toMatchObject({ removal: { reason: 'deleted', at: at(9) } });
    expect(JSON.stringify(ofAttachment)).not.toContain('secret.txt');
    expect(await room.collections.search.countDocuments({ _id: { $in: [document._id, `${document._id}:a`] } })).toBe(0);
    expect(await unseenIn(mailbox)).toEqual([]);
  });

  it('for any other reason hides the document and keeps its content, and it comes alive again when shown', async () => {
    const { mailbox, document } = await goneMessage();
    expect(await room.store.removals.confirm({ document, reason: 'movedOut', at: at(9) })).toBe(true);
    expect(await mailbox.document('m1')).toMatchObject({ removal: { reason: 'movedOut' }, subject: 'Subject of m1' });
    await mailbox.page('archive', 12, [shown('m1')]);
    expect(await mailbox.document('m1')).toMatchObject({ removal: null, unseenSince: null, kept: null, folderId: 'archive' });
  });

  it('takes attachments out of sight and back with their message', async () => {
    const { mailbox, document } = await goneMessage();
    const [message] = await room.store.attachments.claimDue({ ...mailbox.where, pass: 1, lane: 0, limit: 9 });
    const attachment = {
      name: 'a.txt',
      contentType: null,
      attachmentType: 'file' as const,
      inline: false,
      contentId: null,
      graphBytes: 1,
      bytes: 1,
      sha256: 'x',
    };
    if (message === undefined) throw new Error('The attachments must be due');
    await room.store.attachments.write({
      ...mailbox.where,
      messages: [{ message, attachments: [{ attachmentId: 'a', content: attachment }], at: at(6) }],
      context,
    });
    await room.store.removals.confirm({ document, reason: 'movedOut', at: at(9) });
    const child = async () => room.collections.documents.findOne({ parentId: document._id });
    expect(await child()).toMatchObject({ removal: { reason: 'movedOut' }, attachment });
    await mailbox.page('archive', 12, [shown('m1', { attachmentsKey: 'a1' })]);
    expect(await child()).toMatchObject({ removal: null, folderId: 'archive', folderPath: '/archive', attachment });
  });

  it('is refused when the item was shown, or said to be gone anew, since it was looked at', async () => {
    const { mailbox, document } = await goneMessage();
    await mailbox.page('archive', 8, [gone('m1')]);
    expect(await room.store.removals.confirm({ document, reason: 'deleted', at: at(9) })).toBe(false);
    const again = await onlyUnseen(mailbox);
    await mailbox.page('archive', 9, [shown('m1')]);
    expect(await room.store.removals.confirm({ document: again, reason: 'deleted', at: at(9) })).toBe(false);
    expect(await mailbox.document('m1')).toMatchObject({ removal: null, subject: 'Subject of m1' });
  });

  it('is made once', async () => {
    const { document } = await goneMessage();
    const confirmed = await Promise.all([1, 2, 3].map(async () => room.store.removals.confirm({ document, reason: 'deleted', at: at(9) })));
    expect(confirmed.filter(Boolean)).toHaveLength(1);
  });

  it('of content that returns brings the whole content back, however old its modification', async () => {
    const { mailbox, document } = await goneMessage();
    await room.store.removals.confirm({ document, reason: 'deleted', at: at(9) });
    await mailbox.page('archive', 12, [shown('m1', { whole: false, content: { read: true } })]);
    expect(await mailbox.document('m1')).toMatchObject({ removal: { reason: 'deleted' } });
    await mailbox.page('archive', 13, [shown('m1', { lastModifiedAt: at(-100), attachmentsKey: 'a1' })]);
    expect(await mailbox.document('m1')).toMatchObject({ removal: null, subject: 'Subject of m1', attachments: { due: true, key: 'a1' } });
  });
});

describe('an item that a look finds', () => {
  const keep = async (document: UnseenDocument, n: number, content = {}) =>
    room.store.removals.keep({
      document,
      found: shown('m1', { lastModifiedAt: at(n), content }),
      folder: { id: 'archive', path: '/archive' },
      asOf: at(n),
    });

  it('stays live in the folder where it was found, and is looked at again at growing distance', async () => {
    const { mailbox, document } = await goneMessage();
    expect(await keep(document, 100, { subject: 'found' })).toBe(true);
    expect(await mailbox.document('m1')).toMatchObject({
      removal: null,
      unseenSince: at(5),
      folderId: 'archive',
      folderPath: '/archive',
      subject: 'found',
      kept: { folderId: 'archive', looks: 1, nextLookAt: at(100 + minute) },
    });
    expect(await unseenIn(mailbox, 100 + minute - 1)).toEqual([]);
    const again = await onlyUnseen(mailbox, 100 + minute);
    expect(again.looks).toBe(1);
    await keep(again, 200);
    expect((await mailbox.document('m1'))?.kept).toEqual({ folderId: 'archive', looks: 2, nextLookAt: at(200 + 2 * minute) });
  });

  it('is looked at after a week at the latest', async () => {
    const { mailbox, document } = await goneMessage();
    await keep({ ...document, looks: 40 }, 100);
    expect((await mailbox.document('m1'))?.kept?.nextLookAt).toEqual(at(100 + 7 * 86_400));
  });

  it('is looked at by the next close when any stream says that it is gone', async () => {
    const { mailbox, document } = await goneMessage();
    await keep(document, 100);
    await mailbox.page('archive', 110, [gone('m1')]);
    expect(await mailbox.document('m1')).toMatchObject({ unseenSince: at(110), kept: { looks: 1, nextLookAt: at(110) }, removal: null });
    expect(await onlyUnseen(mailbox, 111)).toMatchObject({ looks: 1, folderId: 'archive' });
  });

  it('is kept no more once a stream shows it', async () => {
    const { mailbox, document } = await goneMessage();
    await keep(document, 100);
    await mailbox.page('archive', 110, [shown('m1')]);
    expect(await mailbox.document('m1')).toMatchObject({ kept: null, unseenSince: null });
  });

  it('does not overwrite newer content, and is refused when the item was shown meanwhile', async () => {
    const { mailbox, document } = await goneMessage();
    await keep(document, -50, { subject: 'older' });
    expect((await mailbox.document('m1'))?.subject).toBe('Subject of m1');
    await mailbox.page('inbox', 110, [shown('m1')]);
    expect(await keep(document, 120)).toBe(false);
  });
});
