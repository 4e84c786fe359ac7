import { deflateRawSync, deflateSync } from 'node:zlib';
import { strToU8, zipSync, type Zippable } from 'fflate';

/** Files for tests, as small as their kind allows. */

export const zipOf = (entries: Record<string, string | Uint8Array>): Uint8Array => {
  const files: Zippable = {};
  for (const [name, content] of Object.entries(entries)) files[name] = typeof content === 'string' ? strToU8(content) : content;
  // Always the same bytes for the same files.
  return zipSync(files, { mtime: '2024-01-01T12:00:00' });
};

const wordTypes = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;

export const documentXml = (body: string) =>
  `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;

export const docxOf = (body: string): Uint8Array => zipOf({ '[Content_Types].xml': wordTypes, 'word/document.xml': documentXml(body) });

export const paragraph = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;

/** A PDF of these objects, the first of which is the catalogue. */
export function pdfOf(objects: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let at = 9;
  const push = (part: Buffer) => {
    parts.push(part);
    at += part.length;
  };
  for (const [index, object] of objects.entries()) {
    offsets.push(at);
    push(Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]));
  }
  const start = at;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer <</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF`,
    ),
  );
  return Buffer.concat(parts);
}

const stream = (dictionary: string, content: Buffer | string) =>
  Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${Buffer.byteLength(content)}>>stream\n`),
    Buffer.from(content),
    Buffer.from('\nendstream'),
  ]);

const pages = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>'];
const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';

export const pdfSaying = (text: string): Buffer =>
  pdfOf([
    ...pages,
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
    stream('', `BT /F 12 Tf 50 700 Td (${text}) Tj ET`),
    font,
  ]);

/** Elements within elements: the parser's work grows with the square of their number, a minute for these 2 MB. */
export const busyPage = (): Buffer => Buffer.from(`<html>${'<div>'.repeat(400_000)}`);

/** A page whose content is packed twice: a few kilobytes unfold to so many megabytes, outside JavaScript's heap. */
export function bufferEatingPdf(megabytes: number): Buffer {
  const blanks = deflateSync(Buffer.alloc(megabytes * 1_048_576, ' '));
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>';
  return pdfOf([...pages, page, stream('/Filter[/FlateDecode/FlateDecode]', deflateSync(blanks))]);
}

const step = 16 * 1_048_576;

/**
 * A document whose main part unfolds to so many megabytes: blocks of one deflated step, joined. Its directory lies about the size.
 */
export function docxBomb(megabytes: number, filling = ' '): Buffer {
  const head = Buffer.from(documentXml('').replace('</w:body></w:document>', ''));
  // Stored blocks and flushed ones may follow each other: each ends on a byte (RFC 1951 3.2).
  const flushed = (bytes: Buffer) => deflateRawSync(bytes, { finishFlush: 3 });
  const block = flushed(Buffer.alloc(step, filling));
  const body = Buffer.concat([
    flushed(head),
    ...Array.from({ length: (megabytes * 1_048_576) / step }, () => block),
    deflateRawSync(Buffer.from('</w:body></w:document>')),
  ]);
  return rawZip([
    { name: '[Content_Types].xml', packed: deflateRawSync(Buffer.from(wordTypes)), bytes: wordTypes.length },
    { name: 'word/document.xml', packed: body, bytes: 1_000 },
  ]);
}

interface RawEntry {
  name: string;
  packed: Buffer;
  bytes: number;
  encrypted?: boolean;
}

/** A zip whose directory says what one likes. */
export function rawZip(entries: readonly RawEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, packed, bytes, encrypted = false } of entries) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end]);
}

/** A mail with files attached. */
export function mailOf({
  subject,
  text,
  files = [],
}: {
  subject: string;
  text: string;
  files?: { name: string; type: string; bytes: Uint8Array }[];
}): Buffer {
  const boundary = `part-${subject.replaceAll(/\W/g, '')}`;
  const lines = [
    'From: Anna <anna@contoso.com>',
    'To: Ben <ben@contoso.com>',
    `Subject: ${subject}`,
    `Message-ID: <${boundary}@contoso.com>`,
    'Date: Mon, 1 Jan 2024 10:00:00 +0000',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
  ];
  for (const { name, type, bytes } of files) {
    const isMail = type === 'message/rfc822';
    const content = isMail
      ? Buffer.from(bytes).toString('latin1')
      : (
          Buffer.from(bytes)
            .toString('base64')
            .match(/.{1,76}/g) ?? []
        ).join('\r\n');
    lines.push(
      `--${boundary}`,
      `Content-Type: ${type}; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      ...(isMail ? [] : ['Content-Transfer-Encoding: base64']),
      '',
      content,
    );
  }
  return Buffer.from([...lines, `--${boundary}--`, ''].join('\r\n'), 'latin1');
}
