import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { simpleParser } from 'mailparser';
import { mailOf } from '../../extract/support/make-files.ts';

const root = resolve(import.meta.dirname, '../../../shared/corpus');

/** Real mails and calendars stand beside the checkout, where there are any. */
export const hasCorpus = existsSync(join(root, 'index.json'));

export interface CorpusMail {
  /** File name. */
  name: string;
  bytes: Buffer;
  /** Malformed on purpose, and how; null when sound. */
  broken: string | null;
  /** Words that two extractors found in the text; empty says nothing. */
  expectWords: string[];
  features: string[];
  /** When it was received, by which its document is found: no two mails share it. */
  receivedAt: Date;
}

interface IndexEntry {
  path: string;
  sha256: string;
  textless?: boolean;
  broken?: boolean;
  why?: string;
  expectWords?: string[];
  features?: string[];
}

const firstReceivedMs = Date.UTC(2024, 0, 1);
const minuteMs = 60_000;

const readEntries = () => (JSON.parse(readFileSync(join(root, 'index.json'), 'utf8')) as { entries: IndexEntry[] }).entries;

/** A file of the corpus, to be attached to a mail of its own. */
export interface CorpusFile {
  name: string;
  bytes: Buffer;
  sha256: string;
  broken: string | null;
  /** Sound, and without words. */
  textless: boolean;
  expectWords: string[];
}

export function readCorpusFiles(): CorpusFile[] {
  return readEntries()
    .filter(({ path }) => path.startsWith('files/'))
    .map(({ path, sha256, broken = false, why = 'broken', textless = false, expectWords = [] }) => ({
      name: path.slice('files/'.length),
      bytes: readFileSync(join(root, path)),
      sha256,
      broken: broken ? why : null,
      textless,
      expectWords,
    }));
}

export function readCorpus(): CorpusMail[] {
  return readEntries()
    .filter(({ path }) => path.startsWith('mail/'))
    .map(({ path, broken = false, why = 'broken', expectWords = [], features = [] }, index) => ({
      name: path.slice('mail/'.length),
      bytes: readFileSync(join(root, path)),
      broken: broken ? why : null,
      expectWords,
      features,
      receivedAt: new Date(firstReceivedMs + index * minuteMs),
    }));
}

/** Address of the one mailbox that holds the corpus. */
export const corpusAddress = 'reader@corpus.example';

/** Folder of the mails that have the corpus's files attached. */
export const filesFolder = 'Files';

/** Writes the mails, the files as attachments of mails, and the calendars as the folder of an organisation. */
export function writeCorpusOrganisation(
  folder: string,
  { mails, files }: { mails: readonly CorpusMail[]; files: readonly CorpusFile[] },
): void {
  const inbox = join(folder, 'mailboxes', corpusAddress, 'Inbox');
  const calendars = join(folder, 'mailboxes', corpusAddress, 'calendars');
  for (const path of [inbox, calendars]) mkdirSync(path, { recursive: true });
  const tenant = { name: 'Corpus', domains: ['corpus.example', 'corpus.onmicrosoft.com'] };
  const users = [{ upn: corpusAddress, displayName: 'Reader' }];
  writeFileSync(join(folder, 'organisation.json'), JSON.stringify({ version: 1, tenant, users }));
  for (const { name, bytes, receivedAt } of mails) {
    writeFileSync(join(inbox, name), bytes);
    writeFileSync(join(inbox, `${name}.json`), JSON.stringify({ receivedDateTime: receivedAt.toISOString() }));
  }
  mkdirSync(join(folder, 'mailboxes', corpusAddress, filesFolder));
  for (const { name, bytes } of files) {
    const attached = [{ name, type: 'application/octet-stream', bytes }];
    writeFileSync(
      join(folder, 'mailboxes', corpusAddress, filesFolder, `${name}.eml`),
      mailOf({ subject: name, text: 'A file', files: attached }),
    );
  }
  for (const name of readdirSync(join(root, 'calendar'))) copyFileSync(join(root, 'calendar', name), join(calendars, name));
}

/** What a library that neither the emulator nor the crawler uses reads in a mail. */
export interface OtherReading {
  subject: string;
  sender: string;
  /** Of the HTML body where there is one, else of the plain one. */
  text: string;
  /** Of the plain body alone. */
  plain: string;
}

/** Folds what two readers may lay out differently: composition, case, white space. */
export function folded(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s\u200b\u00ad\ufeff]+/g, ' ')
    .trim();
}

/** Words, in order; marks between them are left to each reader. */
export function wordsOf(text: string): string[] {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Html as it would be without what the other converter writes for links and images beside the words. */
function withoutAddresses(html: string): string {
  return html
    .replaceAll(/(<[^>]*?)\s(?:href|src)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, '$1')
    .replaceAll(/<img\b[^>]*?\balt\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>/gi, ' $1$2 ');
}

async function textOfHtml(html: string): Promise<string> {
  const headers = 'Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n';
  const { text = '' } = await simpleParser(`${headers}${Buffer.from(withoutAddresses(html)).toString('base64')}`);
  return text;
}

export async function readOtherwise(mail: CorpusMail): Promise<OtherReading> {
  const isMbox = mail.bytes.subarray(0, 5).toString('latin1') === 'From ';
  const bytes = isMbox ? mail.bytes.subarray(mail.bytes.indexOf(0x0a) + 1) : mail.bytes;
  const { subject = '', from, html, text = '' } = await simpleParser(bytes, { skipImageLinks: true, keepDeliveryStatus: true });
  const ofHtml = typeof html === 'string' ? await textOfHtml(html) : null;
  return { subject: folded(subject), sender: folded(from?.value[0]?.address ?? ''), text: ofHtml ?? text, plain: text };
}
