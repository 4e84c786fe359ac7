import { describe, expect, it } from 'vitest';
import { hideMailbox, showMailbox } from '../../store/mailbox-visibility.ts';
import { at, context, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
type TestMailbox = Awaited<ReturnType<typeof makeMailbox>>;

async function setRead(mailbox: TestMailbox, folder: string, isRead: boolean) {
  const { _id: streamId, path } = await mailbox.stream(folder);
  const leftOut = isRead ? null : ('excluded' as const);
  await room.store.streams.setTree({ ...mailbox.where, folders: [{ streamId, path, crawled: isRead, leftOut }] });
}

describe('a folder that is read no more', () => {
  it('hides its messages with their attachments at once; read again, it shows them as they were and goes on', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    await mailbox.page('a', 1, [shown('m1', { attachmentsKey: 'k' }), shown('m2')]);
    const [message] = await room.store.attachments.claimDue({ ...mailbox.where, pass: 1, lane: 0, limit: 1 });
    const attachment = {
      ...{ name: 'a.pdf', contentType: null, attachmentType: 'file' as const, inline: false, contentId: null },
      ...{ graphBytes: 1, bytes: 1, sha256: null },
    };
    const read = { message: message!, attachments: [{ attachmentId: 'x', content: attachment }], at: at(2) };
    await room.store.attachments.write({ ...mailbox.where, messages: [read], context });
    const before = await room.collections.documents.find(mailbox.where).sort({ _id: 1 }).toArray();
    const cursor = (await mailbox.stream('a')).cursor;

    await setRead(mailbox, 'a', false);
    for (const { _id } of before) {
      const hidden = await room.collections.documents.findOne({ _id });
      expect(hidden).toMatchObject({ removal: { reason: 'outOfScope', folderId: 'a' }, indexDueAt: expect.any(Date) });
    }
    expect((await mailbox.document('m1'))?.subject).toBe('Subject of m1');
    const settledAt = new Date(Date.now() + 60_000);
    expect(await room.store.removals.unseen({ ...mailbox.where, settledAt, now: settledAt, limit: 9 })).toEqual([]);

    await setRead(mailbox, 'a', true);
    const after = await room.collections.documents.find(mailbox.where).sort({ _id: 1 }).toArray();
    const withoutMark = (documents: typeof after) => documents.map(({ indexDueAt: _mark, ...rest }) => rest);
    expect(withoutMark(after)).toEqual(withoutMark(before));
    expect(await mailbox.stream('a')).toMatchObject({ crawled: true, leftOut: null, generation: 1, cursor });
  });

  it('refuses a page of a lane that was still reading it', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    await mailbox.page('a', 1, [shown('m1')]);
    const stale = await mailbox.stream('a');
    await setRead(mailbox, 'a', false);
    expect(await mailbox.page('a', 3, [shown('m3')], { stream: stale })).toBeNull();
  });

  it('leaves a message alone that another folder shows, and is believed again only as its delta says', async () => {
    const mailbox = await makeMailbox(room, ['a', 'b']);
    await mailbox.page('a', 1, [shown('m1'), shown('m2')]);
    await setRead(mailbox, 'a', false);
    await mailbox.page('b', 2, [shown('m2')]);
    expect(await mailbox.document('m2')).toMatchObject({ removal: null, folderId: 'b' });
    // Deleted in b: what a held of it must not make it live.
    await mailbox.page('b', 3, [gone('m2')]);
    expect((await mailbox.document('m2'))?.unseenSince).toEqual(at(3));
    await setRead(mailbox, 'a', true);
    expect(await mailbox.document('m2')).toMatchObject({ unseenSince: null, folderId: 'a' });
    await mailbox.page('a', 4, [gone('m2')]);
    expect((await mailbox.document('m2'))?.unseenSince).toEqual(at(4));
  });

  it('does not bring back what was deleted meanwhile', async () => {
    const mailbox = await makeMailbox(room, ['a', 'b']);
    await mailbox.page('a', 1, [shown('m1')]);
    await setRead(mailbox, 'a', false);
    await mailbox.page('b', 2, [shown('m1')]);
    await mailbox.page('b', 3, [gone('m1')]);
    const [document] = await room.store.removals.unseen({ ...mailbox.where, settledAt: at(9), now: at(9), limit: 9 });
    expect(await room.store.removals.confirm({ document: document!, reason: 'deleted', at: at(9) })).toBe(true);
    await setRead(mailbox, 'a', true);
    expect(await mailbox.document('m1')).toMatchObject({ removal: { reason: 'deleted' } });
  });

  it('is read anew when its content was erased meanwhile', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    await mailbox.page('a', 1, [shown('m1')]);
    await setRead(mailbox, 'a', false);
    await room.collections.documents.updateOne({ _id: mailbox.id('m1') }, { $set: { contentAsOf: new Date(0), contentHash: null } });
    await setRead(mailbox, 'a', true);
    expect(await mailbox.stream('a')).toMatchObject({ generation: 2, cursor: { at: 'start', link: null } });
    expect((await mailbox.document('m1'))?.removal).not.toBeNull();
    await mailbox.page('a', 5, [shown('m1')]);
    expect(await mailbox.document('m1')).toMatchObject({ removal: null, subject: 'Subject of m1' });
  });

  it('is read anew when an earlier version had stopped reading it, which kept nothing of it', async () => {
    const mailbox = await makeMailbox(room, ['a']);
    await mailbox.page('a', 1, [shown('m1')]);
    await room.collections.streams.updateOne(
      { _id: (await mailbox.stream('a'))._id },
      { $set: { crawled: false }, $unset: { leftOut: true } },
    );
    await setRead(mailbox, 'a', true);
    expect(await mailbox.stream('a')).toMatchObject({ generation: 2, cursor: { at: 'start', link: null } });
  });

  it('stays hidden when its mailbox leaves the scope and comes back', async () => {
    const mailbox = await makeMailbox(room, ['a', 'b']);
    await mailbox.page('a', 1, [shown('m1')]);
    await mailbox.page('b', 1, [shown('m2')]);
    await setRead(mailbox, 'a', false);
    await hideMailbox(room.store.db, mailbox.where, { reason: 'outOfScope', now: at(5) });
    expect(await mailbox.document('m2')).toMatchObject({ removal: { reason: 'outOfScope' } });
    await showMailbox(room.store.db, mailbox.where, at(6));
    expect(await mailbox.document('m2')).toMatchObject({ removal: null });
    expect(await mailbox.document('m1')).toMatchObject({ removal: { reason: 'outOfScope', folderId: 'a' } });
  });
});
