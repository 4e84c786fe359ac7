import { afterAll, expect, test } from 'vitest';
import { bufferEatingPdf, docxBomb, docxOf, busyPage, mailOf, paragraph, pdfSaying, rawZip, zipOf } from '../support/make-files.ts';
import type { Extractor } from '../types.ts';
import { createExtractor } from './create-extractor.ts';

/** Files that unfold to much take their time on a busy machine. */
const longMs = 120_000;
const settings = { processes: 1, timeoutMs: 5_000, memoryBytes: 600 * 1_048_576 };
const open: Extractor[] = [];
function make(change: Partial<typeof settings> = {}): Extractor {
  const extractor = createExtractor({ ...settings, ...change });
  open.push(extractor);
  return extractor;
}
const extractor = make();
afterAll(async () => {
  for (const each of open) await each.close();
});

const file = (bytes: Uint8Array, name: string, contentType: string | null = null) => ({ bytes, name, contentType });
const said = (words: string) => Buffer.from(words);

/** Whatever was read before, the next file is read as if alone. */
const readsOn = async (on = extractor) =>
  expect(await on.read(file(said('words after'), 'after.txt'))).toMatchObject({ outcome: 'text', text: 'words after' });

test('a file is read in a process of its own, which is kept for the next one', async () => {
  expect(await extractor.read(file(pdfSaying('plain words'), 'a.pdf'))).toMatchObject({
    mediaType: 'application/pdf',
    outcome: 'text',
    text: 'plain words',
    words: null,
    parts: [],
  });
  await readsOn();
});

test('a file that keeps its reader busy is stopped at the time limit and costs itself alone', { timeout: longMs }, async () => {
  const impatient = make({ timeoutMs: 1_000 });
  const others = Promise.all([1, 2, 3].map((n) => impatient.read(file(said(`number ${n}`), 'n.txt'))));
  expect(await impatient.read(file(busyPage(), 'busy.html'))).toMatchObject({ outcome: 'timedOut', text: '' });
  expect((await others).map(({ text }) => text)).toEqual(['number 1', 'number 2', 'number 3']);
  await readsOn(impatient);
});

test.skipIf(process.platform !== 'linux')(
  'a file that takes memory beside the heap is stopped at the memory limit',
  { timeout: longMs },
  async () => {
    const narrow = make({ memoryBytes: 300 * 1_048_576, timeoutMs: 20_000 });
    expect(await narrow.read(file(bufferEatingPdf(400), 'eater.pdf'))).toMatchObject({ outcome: 'tooMuchMemory', text: '' });
    await readsOn(narrow);
  },
);

test('a document that unfolds to a gigabyte is stopped at the limit', { timeout: longMs }, async () => {
  const bomb = docxBomb(1_024);
  expect(bomb.length).toBeLessThan(3_000_000);
  expect(await extractor.read(file(bomb, 'bomb.docx'))).toMatchObject({ outcome: 'tooBig', text: '' });
  await readsOn();
});

test('a text longer than 1 MB is cut, and said so', async () => {
  const read = await extractor.read(file(said('word '.repeat(400_000)), 'long.txt'));
  expect(read).toMatchObject({ outcome: 'text', truncated: true });
  expect(read.words).toMatch(/first 1000000 bytes/);
  expect(Buffer.byteLength(read.text)).toBeLessThanOrEqual(1_000_000);
  expect(Buffer.byteLength(read.text)).toBeGreaterThan(990_000);
});

test('elements within elements thirty thousand deep are read', { timeout: longMs }, async () => {
  const depth = 30_000;
  const page = `${'<div>'.repeat(depth)}innermost${'</div>'.repeat(depth)}`;
  expect(await extractor.read(file(said(`<html>${page}`), 'deep.html'))).toMatchObject({ outcome: 'text', text: 'innermost' });
  expect(await extractor.read(file(docxOf(`${'<w:x>'.repeat(depth)}${paragraph('innermost')}`), 'deep.docx'))).toMatchObject({
    text: 'innermost',
  });
});

test('members of archives and what is in them are parts, each read on its own', async () => {
  const inner = zipOf({ 'letter.docx': docxOf(paragraph('a letter')) });
  const mail = mailOf({ subject: 'Hello', text: 'a mail', files: [{ name: 'n.txt', type: 'text/plain', bytes: said('a note') }] });
  const archive = zipOf({ 'inner.zip': inner, 'broken.pdf': said('%PDF-1.7 nothing'), 'mail.eml': mail, 'dir/': '' });
  const read = await extractor.read(file(archive, 'all.zip'));
  expect(read.text.split('\n')).toEqual(['inner.zip', 'broken.pdf', 'mail.eml']);
  expect(read.parts.map(({ path, name, outcome, text }) => ({ path, name, outcome, text }))).toEqual([
    { path: '1', name: 'inner.zip', outcome: 'text', text: 'letter.docx' },
    { path: '1/1', name: 'letter.docx', outcome: 'text', text: 'a letter' },
    { path: '2', name: 'broken.pdf', outcome: 'broken', text: '' },
    { path: '3', name: 'mail.eml', outcome: 'text', text: 'a mail' },
    { path: '3/1', name: 'n.txt', outcome: 'text', text: 'a note' },
  ]);
  expect(read.parts[3]?.mail).toMatchObject({ subject: 'Hello', from: { name: 'Anna', address: 'anna@contoso.com' } });
});

test('archives within archives are followed five deep', async () => {
  let archive = zipOf({ 'core.txt': 'the core' });
  for (let level = 0; level < 8; level += 1) archive = zipOf({ 'next.zip': archive });
  const { parts } = await extractor.read(file(archive, 'matryoshka.zip'));
  expect(parts.map(({ outcome }) => outcome)).toEqual(['text', 'text', 'text', 'text', 'text', 'tooBig']);
});

test('of an archive with very many members the first ones are read, and the rest is counted', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${n}.txt`, `member${n}`]));
  const read = await extractor.read(file(zipOf(many), 'many.zip'));
  expect(read.parts).toHaveLength(200);
  expect(read.words).toMatch(/first 200/);
});

test('an archive in which a member is hostile has its other members', { timeout: longMs }, async () => {
  const impatient = make({ timeoutMs: 1_000 });
  const archive = zipOf({ 'a.txt': 'first', 'busy.html': busyPage(), 'b.txt': 'last' });
  const { parts } = await impatient.read(file(archive, 'mixed.zip'));
  expect(parts.map(({ outcome }) => outcome)).toEqual(['text', 'timedOut', 'text']);
});

test('an encrypted archive is said to be one, and a partly encrypted one too', async () => {
  const secret = { name: 'secret.txt', packed: Buffer.from('xxxx'), bytes: 4, encrypted: true };
  expect(await extractor.read(file(rawZip([secret]), 'secret.zip'))).toMatchObject({ outcome: 'encrypted', text: 'secret.txt' });
});

test('who is told to end waits no longer', { timeout: longMs }, async () => {
  const controller = new AbortController();
  const busy = make({ timeoutMs: 1_000 });
  const first = busy.read(file(busyPage(), 'busy.html'));
  const second = busy.read(file(said('later'), 'later.txt'), controller.signal);
  controller.abort(new Error('paused'));
  await expect(second).rejects.toThrow('paused');
  expect((await first).outcome).toBe('timedOut');
});
