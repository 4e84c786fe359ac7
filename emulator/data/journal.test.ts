import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from './journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trawl-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entries = () => openJournal<{ n: number }>(folder).entries.map(({ n }) => n);

test('gives back what was appended, over many openings', async () => {
  const first = openJournal<{ n: number }>(folder);
  for (const n of [1, 2]) first.append({ n });
  await Promise.all([first.flushed(), first.flushed()]);
  await first.close();
  const second = openJournal<{ n: number }>(folder);
  second.append({ n: 3 });
  await second.close();
  expect(entries()).toEqual([1, 2, 3]);
});

test('cuts off a torn last line and goes on after it', async () => {
  writeFileSync(join(folder, 'journal.ndjson'), '{"n":1}\n{"n":2');
  const journal = openJournal<{ n: number }>(folder);
  journal.append({ n: 3 });
  await journal.close();
  expect(readFileSync(join(folder, 'journal.ndjson'), 'utf8')).toBe('{"n":1}\n{"n":3}\n');
});

test('names the line that is broken in the middle', () => {
  appendFileSync(join(folder, 'journal.ndjson'), '{"n":1}\nbroken\n{"n":2}\n');
  expect(() => openJournal(folder)).toThrow('Line 2 of the journal');
});
