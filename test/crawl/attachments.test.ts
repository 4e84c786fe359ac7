import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { defaultPolicy, type Policy } from '../../contract/policy.ts';
import { bufferEatingPdf, busyPage, docxBomb, docxOf, mailOf, paragraph, pdfSaying, zipOf } from '../../extract/support/make-files.ts';
import { expectErased } from '../support/followed-crawl.ts';
import { isRunning } from '../support/is-running.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

const anna = 'anna@contoso.example';
const ben = 'ben@contoso.example';
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64');
const file = (name: string, bytes: Uint8Array | string, more: object = {}) => ({ name, contentBytes: base64(bytes), ...more });
const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(64)]);

let organisation: Organisation;
let sourceId: string;
let crawlId: string;
let cycle = 0;
const folder = mkdtempSync(join(tmpdir(), 'trawl-attachments-'));

const documents = () => organisation.db.collection<StoredDocument>('documents');

async function send(
  subject: string,
  attachments: object[],
  { to = anna, ...more }: { to?: string; folder?: string } = {},
): Promise<string> {
  const body = { contentType: 'html', content: '<p>See what is attached <img src="cid:logo@x"></p>' };
  const message = { folder: 'inbox', subject, body, attachments, ...more };
  return (await organisation.tenant.control<{ id: string }>('POST', `/mailboxes/${to}/messages`, message)).id;
}

async function endCycle(): Promise<void> {
  cycle += 1;
  await organisation.untilCycle(crawlId, cycle, 240_000);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
}

async function nextCycle(): Promise<void> {
  await organisation.command(sourceId, 'run-now');
  await endCycle();
}

async function messageNamed(subject: string, source = sourceId): Promise<StoredDocument> {
  const found = await documents().find({ sourceId: source, kind: 'message', subject }).toArray();
  expect(found, subject).toHaveLength(1);
  return found[0]!;
}

/** All below a message, by their positions in it. */
async function below(subject: string, source = sourceId): Promise<StoredDocument[]> {
  const { _id } = await messageNamed(subject, source);
  return documents()
    .find({ $or: [{ parentId: _id }, { rootId: _id }] })
    .sort({ _id: 1 })
    .toArray();
}

async function only(subject: string, source = sourceId): Promise<StoredDocument> {
  const found = await below(subject, source);
  expect(found, subject).toHaveLength(1);
  return found[0]!;
}

async function found(words: string): Promise<string[]> {
  await waitFor('search to catch up', async () => (await documents().countDocuments({ indexDueAt: { $ne: null } })) === 0, {
    timeoutMs: 60_000,
  });
  const path = `/v1/documents?limit=50&sourceId=${sourceId}&q=${encodeURIComponent(words)}`;
  const { items } = await organisation.client.call<{ items: { id: string }[] }>('GET', path);
  return items.map(({ id }) => id);
}

/** A source that reads by a policy of its own, crawled to its end. */
async function crawlWith(attachments: Partial<Policy['attachments']>): Promise<string> {
  const id = await organisation.makeSource();
  const policy = { ...defaultPolicy, attachments: { ...defaultPolicy.attachments, ...attachments } };
  await organisation.db.collection<{ _id: string }>('sources').updateOne({ _id: id }, { $set: { policy } });
  await organisation.crawl(id);
  await organisation.untilState(id, 'completed', 240_000);
  return id;
}

const innerMail = mailOf({
  subject: 'Innermost',
  text: 'seventh heaven',
  files: [{ name: 'deep.docx', type: 'application/octet-stream', bytes: docxOf(paragraph('words of the deep')) }],
});
const outerMail = mailOf({
  subject: 'Forwarded once',
  text: 'sixth sense',
  files: [{ name: 'inner.eml', type: 'message/rfc822', bytes: innerMail }],
});
const event = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//test//EN',
  'BEGIN:VEVENT',
  'UID:1@contoso.example',
  'DTSTAMP:20240101T090000Z',
  'DTSTART:20240102T090000Z',
  'DTEND:20240102T100000Z',
  'SUMMARY:Regatta briefing',
  'LOCATION:Boathouse',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n');

/** As files, since they are larger than what the control interface takes. */
function writeMail(subject: string, files: Record<string, Uint8Array | string>): void {
  const attached = Object.entries(files).map(([name, bytes]) => ({ name, type: 'application/octet-stream', bytes: Buffer.from(bytes) }));
  writeFileSync(join(folder, 'mailboxes', anna, 'Inbox', `${subject}.eml`), mailOf({ subject, text: 'See the files', files: attached }));
}

beforeAll(async () => {
  mkdirSync(join(folder, 'mailboxes', anna, 'Inbox'), { recursive: true });
  writeMail('Busy', { 'busy.html': busyPage(), 'beside.txt': 'nightingale' });
  writeMail('Bomb', { 'bomb.docx': docxBomb(1_024) });
  writeMail('Eater', { 'eater.pdf': bufferEatingPdf(600) });
  writeMail('Large', { 'large.txt': `albatross ${'x'.repeat(9_000_000)}` });
  writeMail('Huge', { 'huge.txt': `cormorant ${'y'.repeat(13_000_000)}` });
  const tenant = { name: 'Contoso', domains: ['contoso.example', 'contoso.onmicrosoft.com'] };
  const users = [anna, ben].map((upn) => ({ upn, displayName: upn.split('@')[0] }));
  writeFileSync(join(folder, 'organisation.json'), JSON.stringify({ version: 1, tenant, users }));
  const settings = {
    TRAWL_EXTRACT_PROCESSES: '2',
    TRAWL_EXTRACT_TIMEOUT_SECONDS: '3',
    TRAWL_EXTRACT_MEMORY_MB: '320',
    TRAWL_EXTRACT_MAX_FILE_MB: '12',
  };
  organisation = await startOrganisation({ tenant: { folder }, settings });
  await send('Figures', [file('figures.pdf', pdfSaying('quarterly turnover'), { contentType: 'application/octet-stream' })]);
  await send('Forward', [{ kind: 'item', name: 'Forwarded once', eml: outerMail.toString('latin1') }]);
  await send('Archive', [file('all.zip', zipOf({ 'letter.docx': docxOf(paragraph('zeppelin')), 'notes/n.txt': 'marmalade' }))]);
  await send('Picture', [file('logo.png', picture, { contentType: 'image/png', isInline: true, contentId: 'logo@x' })]);
  await send('Cloud', [
    { kind: 'reference', name: 'plan.docx', sourceUrl: 'https://contoso.example/plan.docx', providerType: 'oneDriveBusiness' },
  ]);
  await send('Meeting', [{ kind: 'event', name: 'Regatta briefing', ics: event }]);
  await send('Broken', [file('broken.pdf', '%PDF-1.7 and no more')]);
  await send('Sounds', [
    file('sound.wav', Buffer.concat([Buffer.from('RIFF\x64\0\0\0WAVEfmt '), Buffer.alloc(100, 1)]), { contentType: 'audio/wav' }),
  ]);
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  crawlId = await organisation.crawl(sourceId);
  await endCycle();
}, 400_000);
afterAll(async () => {
  await organisation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an attachment', () => {
  test('is typed by its content, and its words are found', async () => {
    const { _id, attachment, text, rootId } = await only('Figures');
    expect(attachment).toMatchObject({
      mediaType: 'application/pdf',
      contentType: 'application/octet-stream',
      extraction: { outcome: 'text', words: null, version: 1 },
    });
    expect({ text, rootId }).toEqual({ text: 'quarterly turnover', rootId: undefined });
    expect(await found('turnover')).toEqual([_id]);
  });

  test('that is an inline picture is told apart', async () => {
    expect((await only('Picture')).attachment).toMatchObject({
      inline: true,
      contentId: 'logo@x',
      extraction: { outcome: 'notRead' },
    });
  });

  test('in the cloud keeps its link and who keeps the file', async () => {
    expect((await only('Cloud')).attachment).toMatchObject({
      attachmentType: 'reference',
      link: { url: 'https://contoso.example/plan.docx', provider: 'oneDriveBusiness' },
    });
  });

  test('that is broken, or of a type without words, is said so', async () => {
    expect((await only('Broken')).attachment?.extraction).toMatchObject({ outcome: 'broken' });
    expect((await only('Sounds')).attachment).toMatchObject({ mediaType: 'audio/wav', extraction: { outcome: 'unsupported' } });
  });

  test('too large for its message’s list is streamed and read, and beyond the limit hashed and said to be too big', async () => {
    const large = await only('Large');
    expect(large.attachment).toMatchObject({ bytes: 9_000_010, extraction: { outcome: 'text' } });
    expect(large.textTruncated).toBe(true);
    expect(await found('albatross')).toEqual([large._id]);
    expect((await only('Huge')).attachment).toMatchObject({ bytes: 13_000_010, extraction: { outcome: 'tooBig', version: null } });
  });
});

describe('a hostile file costs itself alone', () => {
  test('one that keeps its reader busy', async () => {
    const [one, other] = (await below('Busy')).toSorted((a, b) => a.attachment!.name!.localeCompare(b.attachment!.name!));
    expect(other!.attachment).toMatchObject({ name: 'busy.html', extraction: { outcome: 'timedOut' } });
    expect(one!).toMatchObject({ text: 'nightingale' });
  });

  test('one that unfolds to a gigabyte', async () => {
    expect((await only('Bomb')).attachment).toMatchObject({ extraction: { outcome: 'tooBig', version: 1 } });
  });

  test.skipIf(process.platform !== 'linux')('one that eats memory', async () => {
    expect((await only('Eater')).attachment).toMatchObject({ extraction: { outcome: 'tooMuchMemory' } });
  });

  test('and the worker lives on, with nothing skipped', async () => {
    expect(await organisation.db.collection('skips').countDocuments({ sourceId })).toBe(0);
    expect(organisation.allLines().filter((line) => line.includes('The worker takes work'))).toHaveLength(1);
  });
});

describe('what lies in an attachment', () => {
  test('is a document below it: mails within mails, with their people and files', async () => {
    const message = await messageNamed('Forward');
    const [mail, inner, deep, ...others] = await below('Forward');
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ parentId: message._id, subject: 'Forwarded once', text: 'sixth sense' });
    expect(inner).toMatchObject({
      parentId: mail!._id,
      rootId: message._id,
      subject: 'Innermost',
      text: 'seventh heaven',
      kind: 'attachment',
    });
    expect(inner!.from).toEqual({ name: 'Anna', address: 'anna@contoso.com' });
    expect(deep).toMatchObject({ parentId: inner!._id, rootId: message._id, text: 'words of the deep', attachment: { name: 'deep.docx' } });
    expect(await found('heaven')).toEqual([inner!._id]);
    expect(await found('deep.docx')).toContain(deep!._id);
  });

  test('are members of archives', async () => {
    const [archive, letter, note] = await below('Archive');
    expect(archive).toMatchObject({ attachment: { mediaType: 'application/zip', parts: 2 } });
    expect(letter).toMatchObject({ parentId: archive!._id, text: 'zeppelin' });
    expect(note).toMatchObject({ parentId: archive!._id, text: 'marmalade', attachment: { name: 'notes/n.txt' } });
    const { attachments } = await organisation.client.call<{ attachments: { id: string }[] }>(
      'GET',
      `/v1/documents/${encodeURIComponent(archive!._id)}`,
    );
    expect(attachments.map(({ id }) => id)).toEqual([letter!._id, note!._id]);
  });

  test('is what an attached event says', async () => {
    const attached = await only('Meeting');
    expect(attached.attachment).toMatchObject({ attachmentType: 'item', mediaType: 'text/calendar' });
    expect(attached.text).toContain('Boathouse');
  });

  test('goes where its message goes, and away with it', async () => {
    const message = await messageNamed('Forward');
    await organisation.tenant.control('POST', `/mailboxes/${anna}/messages/${message.graphId}/move`, { folder: 'archive' });
    await nextCycle();
    expect((await below('Forward')).map(({ folderPath }) => folderPath)).toEqual(['Archive', 'Archive', 'Archive']);
    const parts = await below('Forward');
    await organisation.tenant.control('DELETE', `/mailboxes/${anna}/messages/${message.graphId}?hard=true`);
    await nextCycle();
    for (const { _id } of parts) expectErased((await documents().findOne({ _id }))!, 'deleted');
    expect(await found('heaven')).toEqual([]);
  });
});

test('the same file is read once, wherever it lies in the dataset', async () => {
  const first = await only('Figures');
  const [archive, letter] = await below('Archive');
  // Words that no reader finds there: who has them has taken them over.
  await documents().updateOne({ _id: first._id }, { $set: { text: 'words of the first' } });
  await documents().updateOne({ _id: letter!._id }, { $set: { text: 'words of the first letter' } });
  await send('Figures again', [file('copy.pdf', pdfSaying('quarterly turnover'))], { to: ben });
  await send('Archive again', [file('copy.zip', zipOf({ 'letter.docx': docxOf(paragraph('zeppelin')), 'notes/n.txt': 'marmalade' }))], {
    to: ben,
  });
  await nextCycle();
  expect(await only('Figures again')).toMatchObject({
    text: 'words of the first',
    attachment: { name: 'copy.pdf', extraction: { outcome: 'text' } },
  });
  const [copy, copiedLetter] = await below('Archive again');
  expect(copy!.attachment!.sha256).toBe(archive!.attachment!.sha256);
  expect(copiedLetter).toMatchObject({ text: 'words of the first letter', parentId: copy!._id });
});

describe('a source whose policy', () => {
  test('does not read attachments names them and fetches none', async () => {
    const before = (await organisation.tenant.stats()).byKind['attachments.value'] ?? 0;
    const id = await crawlWith({ read: false });
    const { attachment, text } = await only('Figures', id);
    expect(attachment).toMatchObject({ name: 'figures.pdf', sha256: null, extraction: { outcome: 'notRead' } });
    expect(text).toBeUndefined();
    expect((await organisation.tenant.stats()).byKind['attachments.value'] ?? 0).toBe(before);
  });

  test('leaves out types, or sizes, reads the others', async () => {
    const id = await crawlWith({ types: { include: ['application/*', 'text/plain'], exclude: ['application/pdf'] }, maxBytes: 5_000_000 });
    const outcomes = await Promise.all(
      ['Sounds', 'Large', 'Figures'].map(async (subject) => (await only(subject, id)).attachment?.extraction?.outcome),
    );
    expect(outcomes).toEqual(['notRead', 'tooBig', 'text']);
    const beside = (await below('Archive', id)).map(({ text }) => text);
    expect(beside).toContain('marmalade');
  });
});

/** Processes whose parent is this one. */
function childrenOf(pid: number): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isChild = (name: string) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
    } catch {
      return false;
    }
  };
  return processes.filter(isChild).map(Number);
}

test.skipIf(process.platform !== 'linux')('readers end with their worker, also when it is killed', async () => {
  const readers = childrenOf(organisation.worker.pid);
  expect(readers.length).toBeGreaterThan(0);
  await organisation.worker.kill();
  await waitFor('the readers to end', async () => readers.every((pid) => !isRunning(pid)));
});
