import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read } from '@e965/xlsx';
import { strFromU8, unzipSync } from 'fflate';
import { PDFDocument } from 'pdf-lib';
import { expect, test } from 'vitest';
import { randomOf } from '../random.ts';
import { bankDocument, DOCUMENT_FOLDER, type BankDocument } from './document-bank.ts';
import { makeDocuments } from './make-documents.ts';

test('the documents in the repository are those that the libraries make', async () => {
  const made = await makeDocuments();
  expect(readdirSync(DOCUMENT_FOLDER).toSorted()).toEqual([...made.keys()].toSorted());
  const others = [...made].filter(([name, bytes]) => !readFileSync(join(DOCUMENT_FOLDER, name)).equals(bytes)).map(([name]) => name);
  expect(others).toEqual([]);
});

test('a document with its mark is still read by its libraries, and no two are the same bytes', async () => {
  const random = randomOf('bank');
  const drawn = new Map<string, BankDocument>();
  for (let turn = 0; turn < 200; turn++) {
    const document = bankDocument(random, random.pick(['en', 'de', 'ja', 'xx']));
    drawn.set(document.extension, document);
  }
  expect([...drawn.keys()].toSorted()).toEqual(['.docx', '.pdf', '.pptx', '.xlsx']);
  for (const { bytes } of drawn.values()) expect(Buffer.compare(bytes('one'), bytes('two'))).not.toBe(0);
  const pdf = await PDFDocument.load(drawn.get('.pdf')!.bytes('<mark@contoso.example>'));
  expect(pdf.getPageCount()).toBeGreaterThan(0);
  expect(read(drawn.get('.xlsx')!.bytes('mark')).SheetNames).toEqual(['Data', 'Sum']);
  expect(strFromU8(unzipSync(drawn.get('.docx')!.bytes('mark'))['word/document.xml']!)).toContain('<w:t');
  expect(Object.keys(unzipSync(drawn.get('.pptx')!.bytes('mark')))).toContain('ppt/slides/slide1.xml');
});
