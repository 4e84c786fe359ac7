import type { Db } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareTruth, type TrueItem } from '../../stack/compare-truth.ts';
import { openTestDatabase } from '../support/database.ts';

let db: Db;
let drop: () => Promise<void>;
beforeEach(async () => ({ db, drop } = await openTestDatabase()));
afterEach(() => drop());

const sourceId = 'S';
let serial = 0;

async function stored(over: Record<string, unknown> = {}): Promise<void> {
  const document = { sourceId, mailboxId: 'M', kind: 'message', graphId: 'a', parentId: null, removal: null, ...over };
  await db.collection<{ _id: string }>('documents').insertOne({ _id: `document ${(serial += 1)}`, ...document });
}

const item = (over: Partial<TrueItem> = {}): TrueItem => ({ mailboxId: 'M', kind: 'message', id: 'a', ...over });

async function compare(...truth: TrueItem[]) {
  async function* lines(): AsyncGenerator<TrueItem> {
    yield* truth;
  }
  const { missing, doubled, extra, skipped } = await compareTruth({ db, sourceId, truth: lines() });
  return { missing, doubled, extra, skipped };
}

const nothing = { missing: 0, doubled: 0, extra: 0, skipped: 0 };

test('what is stored once and true is right', async () => {
  await stored();
  expect(await compare(item())).toEqual(nothing);
});

test('an item that is not stored is missing, and so is one that is only another source’s, another mailbox’s or removed', async () => {
  await stored({ sourceId: 'T' });
  await stored({ mailboxId: 'N', graphId: 'b' });
  await stored({ graphId: 'c', removal: { reason: 'deleted' } });
  const result = await compare(item({ id: 'a' }), item({ id: 'b' }), item({ id: 'c' }), item({ id: 'b', mailboxId: 'N' }));
  expect(result).toEqual({ ...nothing, missing: 3 });
});

test('ids that differ in case alone are different items', async () => {
  await stored({ graphId: 'Ab' });
  expect(await compare(item({ id: 'aB' }))).toEqual({ ...nothing, missing: 1, extra: 1 });
});

test('two live documents of one item are doubled', async () => {
  await stored();
  await stored();
  expect(await compare(item())).toEqual({ ...nothing, doubled: 1 });
});

test('a document of an item that is not there is extra', async () => {
  await stored();
  expect(await compare()).toEqual({ ...nothing, extra: 1 });
});

test('changed occurrences belong to their series', async () => {
  await stored({ kind: 'event', graphId: 'series' });
  await stored({ kind: 'event', graphId: 'series@2026-01-01', eventType: 'exception' });
  expect(await compare(item({ kind: 'event', id: 'series' }))).toEqual(nothing);
});

test('attachments are told apart by their message', async () => {
  await stored();
  await stored({ kind: 'attachment', graphId: 'x', parentId: `${sourceId}:M:a` });
  const attachment = { kind: 'attachment', id: 'x' } as const;
  expect(await compare(item(), item({ ...attachment, parentId: 'a' }))).toEqual(nothing);
  expect(await compare(item(), item({ ...attachment, parentId: 'b' }))).toEqual({ ...nothing, missing: 1, extra: 1 });
});

test('hidden items need not be stored', async () => {
  expect(await compare(item({ hidden: true }))).toEqual(nothing);
});

test('an item with an open skip is skipped, and so are its attachments', async () => {
  await db.collection('skips').insertOne({ sourceId, mailboxId: 'M', graphId: 'a', state: 'open' });
  expect(await compare(item(), item({ kind: 'attachment', id: 'x', parentId: 'a' }))).toEqual({ ...nothing, skipped: 2 });
});
