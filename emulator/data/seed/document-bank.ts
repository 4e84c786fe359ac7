import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Random } from '../random.ts';

export const DOCUMENT_FOLDER = join(import.meta.dirname, 'documents');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

export interface BankDocument {
  readonly extension: string;
  readonly contentType: string;
  /** The document with a mark of its own in it, so that no two attachments of a seed are the same bytes. */
  bytes(mark: string): Uint8Array;
}

interface Entry extends BankDocument {
  readonly language: string;
}

let bank: readonly Entry[] | undefined;

/** A small PDF or Office file, in the language where there is one. Files are read when their bytes are asked for. */
export function bankDocument(random: Random, language: string): BankDocument {
  bank ??= readdirSync(DOCUMENT_FOLDER).toSorted().map(entryOf);
  const own = bank.filter((entry) => entry.language === language);
  return random.pick(own.length > 0 ? own : bank.filter((entry) => entry.language === 'en'));
}

function entryOf(name: string): Entry {
  const extension = extname(name);
  let content: Buffer | undefined;
  const bytes = (mark: string) => {
    content ??= readFileSync(join(DOCUMENT_FOLDER, name));
    return extension === '.pdf' ? markedPdf(content, mark) : markedZip(content, mark);
  };
  return { language: name.slice(name.lastIndexOf('-') + 1, -extension.length), extension, contentType: CONTENT_TYPES[extension]!, bytes };
}

/** A comment behind the end of the file: readers look for startxref from there backwards (PDF 32000-1, 7.5.5, and its note in annex H). */
function markedPdf(content: Buffer, mark: string): Uint8Array {
  return Buffer.concat([content, Buffer.from(`\n% ${mark}\n`, 'utf8')]);
}

const ZIP_END_BYTES = 22;

/** The archive's own comment, whose length is the last field of its end record (APPNOTE.TXT 4.3.16). */
function markedZip(content: Buffer, mark: string): Uint8Array {
  const comment = Buffer.from(mark, 'utf8');
  const marked = Buffer.concat([content, comment]);
  marked.writeUInt16LE(comment.length, content.length - 2);
  if (content.readUInt32LE(content.length - ZIP_END_BYTES) !== 0x06054b50)
    throw new Error('The document does not end with a zip end record');
  return marked;
}
