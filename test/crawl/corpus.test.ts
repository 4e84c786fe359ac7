import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import {
  filesFolder,
  folded,
  hasCorpus,
  readCorpus,
  readCorpusFiles,
  readOtherwise,
  wordsOf,
  writeCorpusOrganisation,
  type CorpusFile,
  type CorpusMail,
  type OtherReading,
} from '../support/corpus.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

/** Sound mails whose text two readers rightly see in two ways, and why. */
const seenInTwoWays: Record<string, string> = {
  'flanker-yahoo.eml': 'the other reader takes the HTML of the attached mail for the body',
  'mailparser-mixed.eml': 'a plain part beside the alternative is shown behind it; the other reader has it in its plain text alone',
  'mailparser-outofmemory.eml': 'the words stand in a title that is never closed, which no browser shows',
  'rustpython-msg_40.eml': 'one HTML part with a boundary that means nothing there: what looks like an inner part is its text',
  'spamscope-mail-parser-mail_test_14.eml': 'a title is not text',
  'unstructured-email-replace-mime-encodings-error-1.eml': 'words behind </html> are shown; the other reader ends there',
};

/** Exchange keeps one body, the HTML one where there is one: these words stand in the plain alternative alone. */
const wordsOfThePlainBodyAlone = [
  'enmime-other-multi-related.eml',
  'php-mime-mail-parser-issue115.eml',
  'php-mime-mail-parser-m0008.eml',
  'spamassassin-MIMEnowsp_05.eml',
  'spamassassin-MIMEsimple_04.eml',
  'stalwartlabs-mail-parser-006-03105c.eml',
  'stalwartlabs-mail-parser-019.eml',
  'tika-testRFC822_multipart_attachments.eml',
];

interface Problem {
  file: string;
  outcome: string;
}

describe.skipIf(!hasCorpus)('real, hostile mails and calendars (beside the checkout; skipped where they are not)', () => {
  let organisation: Organisation;
  let sourceId: string;
  const mails = hasCorpus ? readCorpus() : [];
  const files = hasCorpus ? readCorpusFiles() : [];
  const folder = mkdtempSync(join(tmpdir(), 'trawl-corpus-'));
  const documents = new Map<CorpusMail, StoredDocument>();
  const readings = new Map<CorpusMail, OtherReading>();
  const attached = new Map<CorpusFile, StoredDocument>();

  beforeAll(async () => {
    writeCorpusOrganisation(folder, { mails, files });
    organisation = await startOrganisation({ tenant: { folder } });
    sourceId = await organisation.makeSource();
    await organisation.crawl(sourceId);
    await organisation.untilState(sourceId, 'completed', 400_000);
    const byTime = new Map(mails.map((mail) => [mail.receivedAt.getTime(), mail]));
    const stored = organisation.db.collection<StoredDocument>('documents');
    for await (const document of stored.find({ sourceId, kind: 'message', folderPath: 'Inbox' })) {
      documents.set(byTime.get(document.receivedAt!.getTime())!, document);
    }
    for (const mail of mails) readings.set(mail, await readOtherwise(mail));
    const byName = new Map(files.map((file) => [file.name, file]));
    for await (const document of stored.find({ sourceId, kind: 'attachment', folderPath: filesFolder, rootId: null })) {
      attached.set(byName.get(document.attachment!.name!)!, document);
    }
    await waitFor('search to catch up', async () => (await stored.countDocuments({ indexDueAt: { $ne: null } })) === 0, {
      timeoutMs: 120_000,
    });
  }, 600_000);
  afterAll(async () => {
    await organisation?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Every mail that is stored and sound, or all that are stored. */
  const stored = ({ alsoBroken = false } = {}) =>
    [...documents]
      .filter(([mail]) => alsoBroken || mail.broken === null)
      .map(([mail, document]) => ({ mail, document, other: readings.get(mail)! }));

  test('each is a document, with its attachments, or named as one that Exchange could not hold', async () => {
    expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
    const { problems } = await organisation.tenant.control<{ problems: Problem[] }>('GET', '/problems');
    const leftOut = problems
      .filter(({ file, outcome }) => outcome === 'left out' && file.endsWith('.eml'))
      .map(({ file }) => file.split('/').at(-1));
    const lacking = mails.filter((mail) => !documents.has(mail)).map(({ name }) => name);
    expect(lacking.toSorted()).toEqual(leftOut.toSorted());
    expect(documents.size).toBeGreaterThanOrEqual(mails.length - 1);
    expect(await organisation.db.collection('documents').countDocuments({ sourceId, kind: 'event' })).toBeGreaterThan(20);
  });

  test('each has the subject and the sender that another reader sees, the broken ones too', () => {
    const differing = stored({ alsoBroken: true }).filter(
      ({ document, other }) => folded(document.subject ?? '') !== other.subject || folded(document.from?.address ?? '') !== other.sender,
    );
    expect(differing.map(({ mail }) => mail.name)).toEqual([]);
  });

  test('each sound one has the words that another reader sees, in their order', () => {
    const differing = stored()
      // The other reader puts the text of attached mails into that of the mail; here they are attachments.
      .filter(({ mail }) => !mail.features.includes('nested'))
      .filter(({ document, other }) => wordsOf(document.text ?? '').join(' ') !== wordsOf(other.text).join(' '));
    expect(differing.map(({ mail }) => mail.name).filter((name) => !(name in seenInTwoWays))).toEqual([]);
  });

  test('each sound one with attached mails has no words beyond those that another reader sees', () => {
    const nested = stored().filter(({ mail }) => mail.features.includes('nested') && !(mail.name in seenInTwoWays));
    expect(nested.length).toBeGreaterThan(20);
    const beyond = nested.filter(({ document, other }) => {
      const seen = new Set([...wordsOf(other.text), ...wordsOf(other.plain)]);
      return wordsOf(document.text ?? '').some((word) => !seen.has(word));
    });
    expect(beyond.map(({ mail }) => mail.name)).toEqual([]);
  });

  test('each has the words that it is known for', () => {
    const lacks = (text: string, { expectWords }: CorpusMail) => expectWords.filter((word) => !folded(text).includes(folded(word)));
    const known = stored({ alsoBroken: true }).filter(({ mail }) => mail.expectWords.length > 0);
    expect(known.length).toBeGreaterThan(140);
    const lacking = known.filter(({ mail, document }) => lacks(document.text ?? '', mail).length > 0);
    expect(lacking.map(({ mail }) => mail.name).toSorted()).toEqual(wordsOfThePlainBodyAlone);
    for (const { mail, document, other } of lacking) {
      expect(document.body?.contentType, mail.name).toBe('html');
      expect(lacks(other.plain, mail), mail.name).toEqual([]);
      expect(lacks(other.text, mail), mail.name).not.toEqual([]);
    }
  });

  test('each file is an attachment with its hash, whose outcome fits what is known of it', () => {
    const outcomes = files.map((file) => {
      const { attachment } = attached.get(file)!;
      expect(attachment?.sha256, file.name).toBe(file.sha256);
      return { ...file, outcome: attachment?.extraction?.outcome, words: attachment?.extraction?.words };
    });
    const wrong = outcomes.filter(({ broken, textless, expectWords, outcome }) => {
      if (broken !== null) return outcome !== (broken.startsWith('encrypted') ? 'encrypted' : 'broken');
      if (expectWords.length > 0) return outcome !== 'text';
      return !(['text', 'empty', 'unsupported'] as unknown[]).includes(outcome) || (textless && outcome === 'unsupported');
    });
    expect(wrong.map(({ name, outcome, words }) => `${name}: ${outcome} ${words ?? ''}`)).toEqual([]);
    expect(outcomes.filter(({ broken }) => broken !== null)).toHaveLength(11);
  });

  /** Ids of all documents that search finds for these words, each of which must be there. */
  async function search(words: readonly string[], kind: 'message' | 'attachment'): Promise<Set<string>> {
    const found = new Set<string>();
    const query = encodeURIComponent(words.map((word) => `"${word}"`).join(' '));
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/v1/documents?limit=100&kind=${kind}&sourceId=${sourceId}&q=${query}${cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`}`;
      const page: { items: { id: string }[]; next: string | null } = await organisation.client.call('GET', path);
      for (const { id } of page.items) found.add(id);
      cursor = page.next;
    }
    return found;
  }

  test('each file is found by the words that it is known for', async () => {
    const known = files.filter(({ expectWords }) => expectWords.length > 0);
    expect(known.length).toBeGreaterThan(45);
    const lost: string[] = [];
    for (const file of known) if (!(await search(file.expectWords, 'attachment')).has(attached.get(file)!._id)) lost.push(file.name);
    expect(lost).toEqual([]);
  });

  test('each mail is found by the words that it is known for', async () => {
    const known = [...documents].filter(([{ name, expectWords }]) => expectWords.length > 0 && !wordsOfThePlainBodyAlone.includes(name));
    const lost: string[] = [];
    for (const [mail, document] of known) if (!(await search(mail.expectWords, 'message')).has(document._id)) lost.push(mail.name);
    expect(lost).toEqual([]);
  });

  test('no file stops its reader or the worker', async () => {
    const stopped = { sourceId, 'attachment.extraction.outcome': { $in: ['timedOut', 'tooMuchMemory'] } };
    expect(await organisation.db.collection('documents').countDocuments(stopped)).toBe(0);
    expect(organisation.allLines().filter((line) => line.includes('The worker takes work'))).toHaveLength(1);
  });
});
