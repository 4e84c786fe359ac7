import { describe, expect, it } from 'vitest';
import { at, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
type TestMailbox = Awaited<ReturnType<typeof makeMailbox>>;

const erase = async (hiddenBefore: number) =>
  room.store.erasure.eraseHidden({ sourceId: 'source', hiddenBefore: at(hiddenBefore), at: at(1_000) });

/** A message that moved out of the crawled folders at that second. */
async function movedOut(mailbox: TestMailbox, { graphId, atSecond }: { graphId: string; atSecond: number }): Promise<void> {
  await mailbox.page('inbox', 1, [
    shown(graphId, { attachmentsKey: 'a1', lastModifiedAt: at(0), content: { text: 'words', receivedAt: at(0) } }),
  ]);
  await mailbox.page('inbox', 5, [gone(graphId)]);
  const unseen = await room.store.removals.unseen({ ...mailbox.where, settledAt: at(900), now: at(900), limit: 9 });
  const document = unseen.find((each) => each.graphId === graphId)!;
  await room.store.removals.confirm({ document, reason: 'movedOut', at: at(atSecond) });
}

describe('what is hidden', () => {
  it('is erased when its time is over, and not before; ids, dates and the reason stay', async () => {
    const mailbox = await makeMailbox(room);
    await movedOut(mailbox, { graphId: 'old', atSecond: 10 });
    await movedOut(mailbox, { graphId: 'young', atSecond: 20 });
    await mailbox.page('inbox', 30, [shown('live')]);
    expect(await erase(9)).toBe(0);
    expect(await erase(15)).toBe(1);
    expect(await erase(15)).toBe(0);
    const old = await mailbox.document('old');
    expect(old).toMatchObject({ graphId: 'old', receivedAt: at(0), removal: { reason: 'movedOut', at: at(10), erasedAt: at(1_000) } });
    expect(old).not.toHaveProperty('subject');
    expect(old).not.toHaveProperty('text');
    expect(await mailbox.document('young')).toMatchObject({ subject: 'Subject of young', removal: { reason: 'movedOut' } });
    expect(await mailbox.document('live')).toMatchObject({ removal: null, subject: 'Subject of live' });
  });

  it('and erased comes back with its content, attachments to be read anew, and never by a part of it', async () => {
    const mailbox = await makeMailbox(room);
    await movedOut(mailbox, { graphId: 'm', atSecond: 10 });
    await erase(15);
    const stream = await mailbox.stream('archive');
    expect(stream.cursor.at).toBe('start');
    await mailbox.page('archive', 20, [shown('m', { whole: false, content: { read: true } })]);
    expect(await mailbox.document('m')).toMatchObject({ removal: { reason: 'movedOut' } });
    await mailbox.page('archive', 21, [shown('m', { attachmentsKey: 'a1', lastModifiedAt: at(0) })]);
    expect(await mailbox.document('m')).toMatchObject({
      removal: null,
      subject: 'Subject of m',
      folderId: 'archive',
      attachments: { due: true, key: 'a1' },
    });
  });

  it('of a mailbox that left begins the reading of its streams anew, once; what was not erased yet is shown at once', async () => {
    const mailbox = await makeMailbox(room);
    await mailbox.page('inbox', 1, [shown('m1'), shown('m2')]);
    await room.store.mailboxes.retire({ ...mailbox.where, reason: 'mailboxGone' });
    const hidden = { ...mailbox.where, 'removal.reason': 'mailboxGone' as const };
    await room.collections.documents.updateOne({ ...hidden, graphId: 'm1' }, { $set: { 'removal.at': at(10) } });
    const before = await mailbox.stream('inbox');
    expect(await erase(15)).toBe(1);
    await room.collections.documents.updateOne({ ...hidden, graphId: 'm2' }, { $set: { 'removal.at': at(16) } });
    expect(await mailbox.stream('inbox')).toMatchObject({ generation: before.generation + 1, cursor: { at: 'start', link: null } });
    const { address, aliases, displayName } = { address: 'a@example.test', aliases: [], displayName: 'A' };
    const user = { mailboxId: mailbox.where.mailboxId, address, aliases, displayName };
    await room.store.mailboxes.resolve({ sourceId: mailbox.where.sourceId, cycleKey: 'crawl/9', users: [user] });
    expect(await mailbox.document('m1')).toMatchObject({ removal: { reason: 'mailboxGone', erasedAt: at(1_000) } });
    expect(await mailbox.document('m2')).toMatchObject({ removal: null, subject: 'Subject of m2' });
    await mailbox.page('inbox', 40, [shown('m1'), shown('m2')]);
    expect(await mailbox.document('m1')).toMatchObject({ removal: null, subject: 'Subject of m1' });
  });

  it('takes a large body out of GridFS with it', async () => {
    const mailbox = await makeMailbox(room);
    const body = { contentType: 'text' as const, content: 'x'.repeat(1_200_000), fileId: null, bytes: 1_200_000 };
    await mailbox.page('inbox', 1, [shown('large', { content: { body } })]);
    await mailbox.page('inbox', 5, [gone('large')]);
    const [document] = await room.store.removals.unseen({ ...mailbox.where, settledAt: at(900), now: at(900), limit: 9 });
    await room.store.removals.confirm({ document: document!, reason: 'movedOut', at: at(10) });
    const fileId = (await mailbox.document('large'))?.body?.fileId as string;
    expect(await room.store.bodies.read(fileId)).toHaveLength(1_200_000);
    await erase(15);
    await expect(room.store.bodies.read(fileId)).rejects.toThrow(/not found/);
  });
});
