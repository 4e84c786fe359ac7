import { describe, expect, it } from 'vitest';
import type { Stream } from '../../contract/stream.ts';
import { at, context, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
type TestMailbox = Awaited<ReturnType<typeof makeMailbox>>;

const take = async (mailbox: TestMailbox, lane: number, pass = 1) => {
  const stream = await room.store.streams.claimNext({ ...mailbox.where, pass, lane });
  return stream === null ? null : { stream, span: await room.store.spans.claim({ stream, pass, lane }) };
};
const spanOf = async (mailbox: TestMailbox, lane: number, pass = 1) => {
  const taken = await take(mailbox, lane, pass);
  expect(taken?.span, `a span for lane ${lane}`).toBeTruthy();
  return taken!.span!;
};

/** A mailbox whose one folder is divided into three spans. */
async function dividedMailbox(): Promise<TestMailbox> {
  const mailbox = await makeMailbox(room, ['giant']);
  const stream = (await room.store.streams.claimNext({ ...mailbox.where, pass: 1, lane: 0 }))!;
  expect(await room.store.spans.divide({ stream, from: null, bounds: [at(10), at(20)] })).toBe(true);
  return mailbox;
}

const endSpan = (mailbox: TestMailbox, { span, ids }: { span: { id: string; stream: Stream }; ids: string[] }) =>
  room.store.pages.write({
    ...{ stream: span.stream, spanId: span.id, list: null, cursor: span.stream.cursor, pass: 1, asOf: at(30) },
    documents: ids.map((id) => shown(id)),
    context,
  });

describe('a divided folder', () => {
  it('is read by several lanes, each in a span of its own', async () => {
    const mailbox = await dividedMailbox();
    const spans = [await spanOf(mailbox, 0), await spanOf(mailbox, 1), await spanOf(mailbox, 2)];
    const bounds = spans.map(({ from, before }) => [from, before]);
    expect(bounds).toEqual([
      [null, at(10)],
      [at(10), at(20)],
      [at(20), null],
    ]);
    expect((await take(mailbox, 3))?.span).toBeNull();
  });

  it('is left by the lane that found no span, and taken by the lane that ended the last one, in a new generation', async () => {
    const mailbox = await dividedMailbox();
    const [first, second, third] = [await spanOf(mailbox, 0), await spanOf(mailbox, 1), await spanOf(mailbox, 2)];
    const { generation } = await mailbox.stream('giant');
    const without = { ...mailbox.where, pass: 1, lane: 3, except: [(await mailbox.stream('giant'))._id] };
    expect(await room.store.streams.claimNext(without)).toBeNull();
    expect(await endSpan(mailbox, { span: first, ids: ['m1', 'm2'] })).not.toBeNull();
    expect(await endSpan(mailbox, { span: second, ids: [] })).not.toBeNull();
    expect(await mailbox.stream('giant')).toMatchObject({ spansLeft: 1, generation });
    expect(await endSpan(mailbox, { span: third, ids: ['m3'] })).not.toBeNull();
    expect(await mailbox.stream('giant')).toMatchObject({ spansLeft: 0, generation: generation + 1, keysOnly: true, claim: null });
    expect(await room.store.streams.claimNext({ ...mailbox.where, pass: 1, lane: 2 })).toMatchObject({ graphId: 'giant' });
    expect(await room.collections.spans.countDocuments({ streamId: first.stream._id })).toBe(0);
    expect((await mailbox.document('m3'))?.removal).toBeNull();
  });

  it('refuses the page of a lane whose span was taken by its next attempt', async () => {
    const mailbox = await dividedMailbox();
    const dead = await spanOf(mailbox, 0);
    const alive = await spanOf(mailbox, 0);
    expect(alive.id).toBe(dead.id);
    expect(await endSpan(mailbox, { span: dead, ids: ['late'] })).toBeNull();
    expect(await mailbox.document('late')).toBeNull();
    expect(await endSpan(mailbox, { span: alive, ids: ['m1'] })).not.toBeNull();
  });

  it('refuses pages of its spans once it has ended, begun anew, or is read no more', async () => {
    for (const happen of [
      async (mailbox: TestMailbox) => room.store.streams.end({ stream: await mailbox.stream('giant'), asOf: at(40) }),
      async (mailbox: TestMailbox) => room.store.streams.restart(await mailbox.stream('giant'), 'SyncStateNotFound'),
      async (mailbox: TestMailbox) => {
        const { _id: streamId } = await mailbox.stream('giant');
        await room.store.streams.setTree({ ...mailbox.where, folders: [{ streamId, path: '/giant', crawled: false }] });
      },
    ]) {
      const mailbox = await dividedMailbox();
      const span = await spanOf(mailbox, 0);
      await happen(mailbox);
      expect(await endSpan(mailbox, { span, ids: ['late'] })).toBeNull();
      expect(await mailbox.document('late')).toBeNull();
    }
  });

  it('leaves a span that failed to the next pass', async () => {
    const mailbox = await dividedMailbox();
    const span = await spanOf(mailbox, 0);
    await room.store.spans.fail({ span, pass: 1, code: 'ErrorAccessDenied' });
    expect(await mailbox.stream('giant')).toMatchObject({ failure: 'ErrorAccessDenied' });
    const others = [(await spanOf(mailbox, 0)).id, (await spanOf(mailbox, 1)).id];
    expect(others).not.toContain(span.id);
    expect((await take(mailbox, 2))?.span).toBeNull();
    expect((await spanOf(mailbox, 0, 2)).id).toBe(span.id);
  });
});

describe('a page that shows documents as they are', () => {
  it('carries them into its generation, so that the end of it clears only what it has not shown', async () => {
    const mailbox = await makeMailbox(room, ['inbox']);
    await mailbox.page('inbox', 1, [shown('kept'), shown('gone')]);
    const before = await mailbox.document('kept');
    const stream = (await room.store.streams.restart(await mailbox.stream('inbox'), 'SyncStateNotFound', { keysOnly: true }))!;
    const cursor = { at: 'rest' as const, link: 'https://graph/delta' };
    await room.store.pages.write({ stream, pass: 2, cursor, asOf: at(50), documents: [], unchanged: ['kept', 'never stored'], context });
    expect(await mailbox.document('kept')).toMatchObject({ unseenSince: null, contentHash: before!.contentHash, lastSeenAt: at(50) });
    expect((await mailbox.document('gone'))?.unseenSince).not.toBeNull();
    expect(await mailbox.document('never stored')).toBeNull();
  });
});
