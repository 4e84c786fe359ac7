import { describe, expect, it } from 'vitest';
import { noCounts } from '../../contract/workflow/counts.ts';
import { at, gone, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
let made = 0;
const newSource = () => `source-${(made += 1)}`;

const user = (mailboxId: string) => ({
  mailboxId,
  address: `${mailboxId}@example.test`,
  aliases: ['alias@example.test'],
  displayName: mailboxId,
});

async function resolve(sourceId: string, ids: string[], cycleKey = 'c/1') {
  return room.store.mailboxes.resolve({ sourceId, cycleKey, users: ids.map(user) });
}

describe('the scope', () => {
  it('is resolved by batches, and a repeat changes nothing', async () => {
    const sourceId = newSource();
    expect(await resolve(sourceId, ['a', 'b'])).toEqual({ joined: 2 });
    expect(await resolve(sourceId, ['b', 'c'])).toEqual({ joined: 1 });
    expect(await resolve(sourceId, [])).toEqual({ joined: 0 });
    expect(await room.store.mailboxes.get({ sourceId, mailboxId: 'a' })).toMatchObject({
      _id: `${sourceId}:a`,
      state: 'pending',
      address: 'a@example.test',
      resolvedIn: 'c/1',
      nextStreamNumber: 1,
    });
  });

  it('resolved anew keeps what is known of a mailbox', async () => {
    const sourceId = newSource();
    await resolve(sourceId, ['a']);
    await room.store.mailboxes.open({ sourceId, mailboxId: 'a' });
    await room.store.mailboxes.resolve({ sourceId, cycleKey: 'c/2', users: [{ ...user('a'), address: 'new@example.test' }] });
    expect(await room.store.mailboxes.get({ sourceId, mailboxId: 'a' })).toMatchObject({
      state: 'running',
      pass: 1,
      address: 'new@example.test',
      resolvedIn: 'c/2',
    });
  });

  it('tells which mailboxes are missing, and retires them with their documents hidden', async () => {
    const mailbox = await makeMailbox(room);
    const { sourceId, mailboxId } = mailbox.where;
    await mailbox.page('inbox', 1, [shown('m1'), shown('m2')]);
    await mailbox.page('inbox', 2, [gone('m2')]);
    await room.collections.mailboxes.updateMany({ sourceId, mailboxId: { $ne: mailboxId } }, { $set: { resolvedIn: 'crawl/2' } });
    const others = (await room.store.mailboxes.countMissing({ sourceId, cycleKey: 'crawl/2' })).known - 1;
    expect(await room.store.mailboxes.countMissing({ sourceId, cycleKey: 'crawl/2' })).toEqual({ missing: 1, known: others + 1 });
    const stale = await mailbox.stream('inbox');
    const missing = async () => room.store.mailboxes.listMissing({ sourceId, cycleKey: 'crawl/2', limit: 9 });
    expect(await missing()).toEqual([mailboxId]);
    await room.store.mailboxes.retire({ ...mailbox.where, reason: 'outOfScope' });
    expect(await missing()).toEqual([]);
    expect(await room.store.mailboxes.get(mailbox.where)).toMatchObject({ state: 'retired', reason: 'outOfScope' });
    expect(await mailbox.document('m1')).toMatchObject({ removal: { reason: 'outOfScope' }, subject: 'Subject of m1' });
    expect(await mailbox.page('inbox', 3, [shown('m3')], { stream: stale })).toBeNull();

    // Back in scope: everything is shown again without being read, and what was unseen is still to be looked at.
    expect(await room.store.mailboxes.resolve({ sourceId, cycleKey: 'crawl/3', users: [user(mailboxId)] })).toEqual({ joined: 1 });
    expect(await room.store.mailboxes.get(mailbox.where)).toMatchObject({ state: 'pending', reason: null });
    expect(await mailbox.document('m1')).toMatchObject({ removal: null, unseenSince: null });
    expect(await mailbox.document('m2')).toMatchObject({ removal: null, unseenSince: at(2) });
  });
});

describe('the next mailboxes of a cycle', () => {
  it('come by key, without those closed in it, retired, or in flight', async () => {
    const sourceId = newSource();
    await resolve(sourceId, ['a', 'b', 'c', 'd', 'e', 'f']);
    const close = { sourceId, state: 'done' as const, reason: null, counts: noCounts };
    await room.store.mailboxes.close({ ...close, mailboxId: 'b', cycleKey: 'c/1' });
    await room.store.mailboxes.close({ ...close, mailboxId: 'c', cycleKey: 'c/0' });
    await room.store.mailboxes.setState({ sourceId, mailboxId: 'd', state: 'retired', reason: null });
    const next = async (after: string | null, limit: number) =>
      room.store.mailboxes.nextBatch({ sourceId, cycleKey: 'c/1', after, limit, inFlight: ['e'] });
    expect(await next(null, 2)).toEqual(['a', 'c']);
    expect(await next('c', 2)).toEqual(['f']);
    expect(await next('f', 2)).toEqual([]);
    await room.store.mailboxes.reopen({ sourceId, mailboxIds: ['b', 'd'] });
    expect(await next(null, 9)).toEqual(['a', 'b', 'c', 'f']);
  });
});

describe('a mailbox', () => {
  it('is opened for each cycle with the next pass, and closed with its counts', async () => {
    const sourceId = newSource();
    await resolve(sourceId, ['a']);
    const where = { sourceId, mailboxId: 'a' };
    expect(await room.store.mailboxes.open(where)).toMatchObject({ state: 'running', pass: 1 });
    expect(await room.store.mailboxes.nextPass(where)).toBe(2);
    const counts = { pages: 1, documents: 2, removed: 3, skips: 4, requests: 5 };
    await room.store.mailboxes.close({ ...where, state: 'blocked', reason: 'ErrorAccessDenied', cycleKey: null, counts });
    expect(await room.store.mailboxes.get(where)).toMatchObject({ state: 'blocked', reason: 'ErrorAccessDenied', closedIn: null, counts });
    expect(await room.store.mailboxes.open(where)).toMatchObject({ state: 'running', reason: null, pass: 3 });
  });

  it('that was never resolved cannot be opened', async () => {
    await expect(room.store.mailboxes.open({ sourceId: 'none', mailboxId: 'x' })).rejects.toThrow('Mailbox none:x is not in the store');
  });

  it('names the calendars that are not read', async () => {
    const sourceId = newSource();
    await resolve(sourceId, ['a']);
    const ignored = [{ graphId: 'c', name: 'Team', why: 'shared' as const, owner: 'o@example.test' }];
    await room.store.mailboxes.setCalendarsIgnored({ sourceId, mailboxId: 'a', ignored, ownerless: ['Holidays'] });
    expect((await room.store.mailboxes.get({ sourceId, mailboxId: 'a' }))?.ignoredCalendars).toEqual(ignored);
  });

  it('is counted and listed by state', async () => {
    const sourceId = newSource();
    await resolve(sourceId, ['a', 'b', 'c']);
    await room.store.mailboxes.setState({ sourceId, mailboxId: 'b', state: 'blocked', reason: 'x' });
    expect(await room.store.mailboxes.countByState(sourceId)).toEqual({ pending: 2, blocked: 1 });
    const list = async (after: string | null, state?: 'blocked') =>
      (await room.store.mailboxes.list({ sourceId, after, limit: 2, ...(state ? { state } : {}) })).map((mailbox) => mailbox._id);
    expect(await list(null)).toEqual([`${sourceId}:a`, `${sourceId}:b`]);
    expect(await list(`${sourceId}:b`)).toEqual([`${sourceId}:c`]);
    expect(await list(null, 'blocked')).toEqual([`${sourceId}:b`]);
  });
});
