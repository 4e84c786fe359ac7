import { Document, Packer, Paragraph } from 'docx';
import { utils, write } from '@e965/xlsx';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { gzipSync } from 'node:zlib';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFile } from './read-file.ts';
import { docxOf, mailOf, paragraph, pdfSaying, rawZip, zipOf } from './support/make-files.ts';

const limits = { textBytes: 1_000_000, inflatedBytes: 50_000_000, members: 100 };
const read = (bytes: Uint8Array | string, name: string | null = null, contentType: string | null = null) =>
  readFile({ bytes: Buffer.from(bytes), name, contentType, limits });

const odt = (content: string, more: Record<string, string> = {}) =>
  zipOf({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': content, ...more });
const odtBody =
  '<x:doc xmlns:x="o" xmlns:t="text"><t:p>Feld</t:p><t:tracked-changes><t:p>gone</t:p></t:tracked-changes><t:p>Wald</t:p></x:doc>';

const sheet = (type: 'xlsx' | 'xlsb' | 'xls') => {
  const book = utils.book_new();
  utils.book_append_sheet(
    book,
    utils.aoa_to_sheet([
      ['Clothes', 12.5],
      ['Payroll', true],
    ]),
    'Budget',
  );
  return write(book, { type: 'buffer', bookType: type }) as Buffer;
};
const types = { xlsx: 'spreadsheetml.sheet', xlsb: 'sheet.binary', xls: 'vnd.ms-excel' };

describe('words of', () => {
  test('a PDF', async () => {
    expect(await read(pdfSaying('plain words'))).toMatchObject({ mediaType: 'application/pdf', outcome: 'text', text: 'plain words' });
  });

  test('a document that another library has made', async () => {
    const made = await Packer.toBuffer(new Document({ sections: [{ children: [new Paragraph('One'), new Paragraph('two')] }] }));
    expect(await read(made)).toMatchObject({ outcome: 'text', text: 'One\ntwo' });
  });

  test('a document whose words are deleted, or said twice, once and only those that are shown', async () => {
    const body = `${paragraph('shown')}<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><mc:AlternateContent><mc:Choice><w:t>once</w:t></mc:Choice><mc:Fallback><w:t>once</w:t></mc:Fallback></mc:AlternateContent></w:p>`;
    expect((await read(docxOf(body))).text).toBe('shown\nonce');
  });

  test.each(['xlsx', 'xlsb', 'xls'] as const)('a workbook (%s)', async (type) => {
    const found = await read(sheet(type));
    expect(found.mediaType).toContain(types[type]);
    expect(found.text).toMatch(/^Budget\n+Clothes\s12\.5\nPayroll\sTRUE$/);
  });

  test('a workbook that claims billions of cells, of those that there are', async () => {
    const parts = unzipSync(sheet('xlsx'));
    const path = 'xl/worksheets/sheet1.xml';
    const claimed = strFromU8(parts[path]!)
      .replace(/<dimension[^>]*>/, '<dimension ref="A1:XFD1048576"/>')
      .replace('</sheetData>', '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>last</t></is></c></row></sheetData>');
    expect((await read(zipSync({ ...parts, [path]: strToU8(claimed) }))).text).toMatch(/Clothes[^]*last$/);
  });

  test('an OpenDocument text, without what was deleted', async () => {
    expect(await read(odt(odtBody))).toMatchObject({ mediaType: 'application/vnd.oasis.opendocument.text', text: 'Feld\nWald' });
  });

  test('RTF, in its code page and beyond it', async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset128 MS;}}{\info{\title hidden}}\'cf\'f0\'e8 \u8364? {\*\unknown gone}\f0 \'83\'65\'83\'58\par end}`;
    expect(await read(rtf)).toMatchObject({ mediaType: 'application/rtf', text: 'При € テス\nend' });
  });

  test.each([
    [
      'windows-1251',
      Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x20, 0xec, 0xe8, 0xf0, 0x2c, 0x20, 0xea, 0xe0, 0xea, 0x20, 0xe4, 0xe5, 0xeb, 0xe0]),
      'Привет мир, как дела',
    ],
    ['utf-16 without a mark', Buffer.from('little endian', 'utf16le'), 'little endian'],
    ['utf-8 with a mark', Buffer.from('\uFEFFmarked é'), 'marked é'],
    ['iso-2022-kr', Buffer.from('\x1b$)C\x0e\x30\x21\x0f x', 'latin1'), '가 x'],
  ])('text in %s', async (_charset, bytes, text) => {
    expect(await read(bytes, 'a.txt')).toMatchObject({ mediaType: 'text/plain', text });
  });

  test('HTML in the charset that it names', async () => {
    const page = Buffer.from(
      '<html><head><meta charset="windows-1252"><style>p{}</style></head><p>Gr\xfc\xdfe<script>x</script>',
      'latin1',
    );
    expect(await read(page)).toMatchObject({ mediaType: 'text/html', text: 'Grüße' });
  });

  test('a card and an event', async () => {
    expect((await read('BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ida Lovelace\r\nPHOTO:xxxx\r\nEND:VCARD\r\n')).text).toBe('Ida Lovelace');
    const event =
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Long\r\n  line\\, folded\r\nATTENDEE;CN="Ben":mailto:ben@contoso.com\r\nEND:VEVENT\r\nEND:VCALENDAR';
    expect((await read(event)).text).toBe('Long line, folded\nBen ben@contoso.com');
  });

  test('a mail, with who wrote it and what is attached', async () => {
    const mail = mailOf({ subject: 'Hi', text: 'body words', files: [{ name: 'a.txt', type: 'text/plain', bytes: Buffer.from('note') }] });
    const found = await read(mail);
    expect(found).toMatchObject({ mediaType: 'message/rfc822', text: 'body words' });
    expect(found.mail).toMatchObject({
      subject: 'Hi',
      to: [{ name: 'Ben', address: 'ben@contoso.com' }],
      sentAt: new Date('2024-01-01T10:00:00Z'),
    });
    expect(found.members.map(({ name }) => name)).toEqual(['a.txt']);
  });

  test('a packed file, as its member', async () => {
    const { mediaType, members } = await read(gzipSync('inside'), 'log.txt.gz');
    expect(mediaType).toBe('application/gzip');
    expect(members.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([['log.txt', 'inside']]);
  });
});

describe('no words, and why', () => {
  test.each([
    ['empty', 'no bytes', '', 'a.txt'],
    ['empty', 'a sound document without words', docxOf(''), 'a.docx'],
    ['broken', 'a document that was cut off', docxOf(paragraph('x')).slice(0, 200), 'a.docx'],
    ['broken', 'a document without its main part', zipOf({ '[Content_Types].xml': '<Types>wordprocessingml</Types>' }), 'a.docx'],
    ['broken', 'what is called a document and is none', 'just text', 'a.pdf'],
    ['encrypted', 'an encrypted OpenDocument', odt('x', { 'META-INF/manifest.xml': '<m:encryption-data/>' }), 'a.odt'],
    ['encrypted', 'an encrypted archive', rawZip([{ name: 'a', packed: Buffer.from('x'), bytes: 1, encrypted: true }]), 'a.zip'],
    ['encrypted', 'a PGP message', '-----BEGIN PGP MESSAGE-----\n\nhQ==', 'a.asc'],
    ['encrypted', 'an S/MIME envelope', Buffer.from('30800609' + '2a864886f70d010703' + 'a080', 'hex'), 'smime.p7m'],
    ['unsupported', 'bytes of no known kind', Buffer.from([1, 2, 3, 0, 0, 250, 251]), 'a.bin'],
    ['tooBig', 'an archive that unfolds to more than the limit', zipOf({ a: new Uint8Array(60_000_000) }), 'a.zip'],
  ])('%s: %s', async (outcome, _what, bytes, name) => {
    const found = await read(bytes, name);
    expect(found.outcome).toBe(outcome);
    if (outcome !== 'empty') expect(found.words).toMatch(/\w/);
  });
});

const corpus = new URL('../../shared/corpus/', import.meta.url);
interface Entry {
  path: string;
  broken?: boolean;
  why?: string;
  expectWords?: string[];
}

describe.skipIf(!existsSync(corpus))('real files (beside the checkout; skipped where they are not)', () => {
  const entries = existsSync(corpus)
    ? (JSON.parse(readFileSync(new URL('index.json', corpus), 'utf8')) as { entries: Entry[] }).entries.filter(({ path }) =>
        path.startsWith('files/'),
      )
    : [];
  const folded = (text: string) => text.normalize('NFC').toLowerCase();

  test.each(entries)('$path', async ({ path, broken = false, why = '', expectWords = [] }) => {
    const found = await read(readFileSync(new URL(path, corpus)), path.slice('files/'.length));
    if (broken) expect(found.outcome).toBe(why.startsWith('encrypted') ? 'encrypted' : 'broken');
    else expect(['text', 'empty', 'unsupported']).toContain(found.outcome);
    expect(expectWords.filter((word) => !folded(found.text).includes(folded(word)))).toEqual([]);
  });
});
