import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as xlsx from '@e965/xlsx';
import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import pptx from 'pptxgenjs';
import { randomOf, type Random } from '../random.ts';
import { DOCUMENT_FOLDER } from './document-bank.ts';
import { fill } from './thread.ts';
import { COMPANIES, DAYS, MONTHS, PHRASES, PLACES, PRODUCTS, PROJECTS } from './words.ts';

/**
 * Makes the documents that seeded mails carry: `node emulator/data/seed/make-documents.ts` writes them anew. They are in
 * the repository, since a seed's bytes must not depend on the versions of four libraries. Dates are one date.
 */
const MADE = new Date(Date.UTC(2026, 0, 5, 9));

const SHORT = { en: 8, de: 6, fr: 6, es: 6, nl: 6, ja: 10, zh: 10, ar: 8, he: 6, pl: 6 } as const;
const LONG = { en: 260, de: 120, ja: 90 } as const;
/** The fonts that every PDF reader has know no other script: PDF 32000-1, 9.6.2.2. */
const LATIN = ['en', 'de', 'fr', 'es', 'nl'] as const;

interface Text {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly random: Random;
}

function textOf(language: string, count: number): Text {
  const random = randomOf('documents', language, count);
  const phrases = PHRASES[language]!;
  const slots = () => ({
    ...{ project: random.pick(PROJECTS), place: random.pick(PLACES), product: random.pick(PRODUCTS), company: random.pick(COMPANIES) },
    ...{ month: random.pick(MONTHS[language]!), day: random.pick(DAYS[language]!), number: String(10_000 + random.below(89_999)) },
    ...{ amount: (random.below(900_000) / 100).toFixed(2), small: String(2 + random.below(11)) },
  });
  const sentences = Array.from({ length: count }, () => fill(random.pick(phrases.sentences), slots()));
  return { title: fill(random.pick(phrases.subjects), slots()), sentences, random };
}

/** The same members with one date, in one order; what an author's clock left in the properties is set too. */
function zippedAnew(bytes: Uint8Array): Uint8Array {
  const members = Object.entries(unzipSync(bytes)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const first = (name: string) => (name === '[Content_Types].xml' ? 0 : 1);
  const steady = members
    .toSorted(([a], [b]) => first(a) - first(b))
    .map(([name, content]) => [name, name.startsWith('docProps/') ? withoutDates(content) : content] as const);
  return zipSync(Object.fromEntries(steady), { mtime: new Date(2026, 0, 5), level: 9 });
}

function withoutDates(content: Uint8Array): Uint8Array {
  return strToU8(strFromU8(content).replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, MADE.toISOString().replace('.000', '')));
}

async function pdfOf({ title, sentences }: Text): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle(title);
  pdf.setProducer('pdf-lib');
  pdf.setCreationDate(MADE);
  pdf.setModificationDate(MADE);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (let at = 0; at < sentences.length; at += 40) {
    const page = pdf.addPage([595, 842]);
    page.drawText(title, { x: 50, y: 790, size: 14, font });
    sentences.slice(at, at + 40).forEach((line, row) => page.drawText(line, { x: 50, y: 760 - row * 17, size: 10, font, maxWidth: 500 }));
  }
  return pdf.save();
}

async function docxOf({ title, sentences, random }: Text): Promise<Uint8Array> {
  const cell = (text: string) => new TableCell({ children: [new Paragraph(text)] });
  const rows = sentences
    .slice(0, 5)
    .map((_, index) => new TableRow({ children: [cell(String(index + 1)), cell(String(random.below(9_999)))] }));
  const paragraphs = sentences.map((sentence) => new Paragraph(sentence));
  const heading = new Paragraph({ text: title, heading: HeadingLevel.HEADING_1 });
  const document = new Document({ title, creator: 'Contoso', sections: [{ children: [heading, ...paragraphs, new Table({ rows })] }] });
  return zippedAnew(await Packer.toBuffer(document));
}

function xlsxOf({ title, sentences, random }: Text): Uint8Array {
  const book = xlsx.utils.book_new();
  book.Props = { Title: title, Author: 'Contoso', CreatedDate: MADE };
  const rows = sentences.map((sentence, index) => [index + 1, sentence, random.below(90_000) / 100, random.chance(0.5)]);
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet([['#', title, 'EUR', 'OK'], ...rows]), 'Data');
  const sum = xlsx.utils.aoa_to_sheet([['Sum', { t: 'n', f: `SUM(Data!C2:C${rows.length + 1})` }]]);
  xlsx.utils.book_append_sheet(book, sum, 'Sum');
  return zippedAnew(new Uint8Array(xlsx.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer));
}

async function pptxOf({ title, sentences }: Text): Promise<Uint8Array> {
  // Its types describe a module that Node does not see: the import is the class.
  const deck = new (pptx as unknown as typeof pptx.default)();
  deck.title = title;
  deck.author = 'Contoso';
  for (let at = 0; at < sentences.length; at += 3) {
    const slide = deck.addSlide();
    slide.addText(title, { x: 0.5, y: 0.3, w: 9, h: 0.8, fontSize: 28 });
    slide.addText(sentences.slice(at, at + 3).join('\n'), { x: 0.5, y: 1.3, w: 9, h: 3.5, fontSize: 16 });
  }
  return zippedAnew(new Uint8Array((await deck.write({ outputType: 'nodebuffer' })) as Buffer));
}

/** By file name; the language stands before the extension. */
export async function makeDocuments(): Promise<Map<string, Uint8Array>> {
  const made = new Map<string, Uint8Array>();
  for (const [language, count] of Object.entries(SHORT)) {
    made.set(`letter-${language}.docx`, await docxOf(textOf(language, count)));
    made.set(`list-${language}.xlsx`, xlsxOf(textOf(language, count * 4)));
  }
  for (const [language, count] of Object.entries(LONG)) {
    made.set(`report-${language}.docx`, await docxOf(textOf(language, count)));
    made.set(`figures-${language}.xlsx`, xlsxOf(textOf(language, count * 6)));
    made.set(`slides-${language}.pptx`, await pptxOf(textOf(language, 12)));
  }
  for (const language of LATIN) {
    made.set(`letter-${language}.pdf`, await pdfOf(textOf(language, 12)));
    made.set(`report-${language}.pdf`, await pdfOf(textOf(language, language === 'en' ? 900 : 200)));
  }
  return made;
}

if (import.meta.main) {
  for (const name of readdirSync(DOCUMENT_FOLDER)) rmSync(join(DOCUMENT_FOLDER, name));
  for (const [name, bytes] of await makeDocuments()) writeFileSync(join(DOCUMENT_FOLDER, name), bytes);
}
