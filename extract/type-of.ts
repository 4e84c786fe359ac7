import * as cfb from 'cfb';
import { fileTypeFromBuffer } from 'file-type';
import { decodeText } from './format/decode-text.ts';
import { Zip } from './format/zip.ts';
import type { ReadTask } from './types.ts';

export const types = {
  pdf: 'application/pdf',
  rtf: 'application/rtf',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  msg: 'application/vnd.ms-outlook',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xlsb: 'application/vnd.ms-excel.sheet.binary.macroenabled.12',
  epub: 'application/epub+zip',
  zip: 'application/zip',
  gzip: 'application/gzip',
  tar: 'application/x-tar',
  tnef: 'application/vnd.ms-tnef',
  ole: 'application/x-cfb',
  encryptedOoxml: 'application/vnd.ms-office.encrypted',
  pkcs7: 'application/pkcs7-mime',
  pgp: 'application/pgp-encrypted',
  mail: 'message/rfc822',
  html: 'text/html',
  calendar: 'text/calendar',
  card: 'text/vcard',
  csv: 'text/csv',
  xml: 'application/xml',
  text: 'text/plain',
} as const;
export type KnownType = (typeof types)[keyof typeof types];

/** Root streams that name what an OLE file is (learn.microsoft.com/openspecs: MS-DOC, MS-XLS, MS-PPT, MS-OXMSG, MS-OFFCRYPTO). */
const oleStreams: readonly [string, KnownType][] = [
  ['EncryptedPackage', types.encryptedOoxml],
  ['__properties_version1.0', types.msg],
  ['WordDocument', types.doc],
  ['PowerPoint Document', types.ppt],
  ['PP97_DUALSTORAGE', types.ppt],
  ['Workbook', types.xls],
  ['Book', types.xls],
];

const startsWith = (bytes: Uint8Array, ...magic: number[]) => magic.every((byte, index) => bytes[index] === byte);

/** The type of a file by its content; its name and what it is said to be only tell kinds of text apart. Null: nothing known. */
export async function typeOf({ bytes, name, contentType }: Omit<ReadTask, 'limits'>): Promise<string | null> {
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return oleType(bytes);
  if (startsWith(bytes, 0x78, 0x9f, 0x3e, 0x22)) return types.tnef;
  if (startsWith(bytes, 0x50, 0x4b) && (bytes[2] === 3 || bytes[2] === 5)) return zipType(bytes);
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (head.includes('%PDF-')) return types.pdf;
  if (/^\s*\{\\rtf/.test(head)) return types.rtf;
  if (head.includes('-----BEGIN PGP MESSAGE-----')) return types.pgp;
  const found = await fileTypeFromBuffer(bytes);
  // It takes a little for these: a few bytes at the begin of a text look like them.
  if (found !== undefined && !found.mime.startsWith('text/') && found.mime !== types.xml) return found.mime;
  if (isPkcs7(bytes, contentType)) return types.pkcs7;
  return textType(bytes, { name, contentType });
}

/** Never null for an OLE file: one whose directory cannot be read is still one. */
function oleType(bytes: Uint8Array): string {
  try {
    const { FullPaths } = cfb.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { type: 'buffer' });
    // Only the root's own streams: a file may have others embedded.
    const names = new Set(
      FullPaths.map((path) => path.split('/'))
        .filter((path) => path.length === 2)
        .map((path) => path[1]),
    );
    return oleStreams.find(([stream]) => names.has(stream))?.[1] ?? types.ole;
  } catch {
    return types.ole;
  }
}

const inflateForType = 1_048_576;

function zipType(bytes: Uint8Array): string {
  try {
    const zip = new Zip(bytes, { left: inflateForType });
    const declared = zip.text('mimetype')?.trim();
    if (declared !== undefined && /^application\/[\w.+-]+$/.test(declared)) return declared;
    if (zip.find('[Content_Types].xml') === undefined) return types.zip;
    if (zip.entries.some(({ name }) => name.endsWith('workbook.bin'))) return types.xlsb;
    const main = zip.text('[Content_Types].xml') ?? '';
    if (main.includes('wordprocessingml')) return types.docx;
    if (main.includes('presentationml')) return types.pptx;
    return main.includes('spreadsheetml') ? types.xlsx : types.zip;
  } catch {
    return types.zip;
  }
}

/** A DER sequence that begins with one of the object ids of PKCS #7 (RFC 2315): enveloped or signed data. */
function isPkcs7(bytes: Uint8Array, contentType: string | null): boolean {
  if (/pkcs7-mime/i.test(contentType ?? '')) return true;
  const oid = Buffer.from([0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07]);
  return bytes[0] === 0x30 && Buffer.from(bytes.subarray(0, 40)).includes(oid);
}

const mailHeader =
  /^(received|return-path|delivered-to|mime-version|message-id|from|to|date|subject|x-[\w-]+|dkim-signature|reply-to|cc):/i;

function textType(bytes: Uint8Array, { name, contentType }: { name: string | null; contentType: string | null }): string | null {
  const text = decodeText(bytes.subarray(0, 65_536));
  if (text === null) return null;
  const begin = text.trimStart();
  if (/^BEGIN:VCALENDAR/i.test(begin)) return types.calendar;
  if (/^BEGIN:VCARD/i.test(begin)) return types.card;
  const said = (contentType ?? '').toLowerCase().split(';')[0]?.trim() ?? '';
  const ending = /\.(\w{1,5})$/.exec(name ?? '')?.[1]?.toLowerCase() ?? '';
  const lines = begin.replace(/^From .*\r?\n/, '').split(/\r?\n/, 4);
  const headers = lines.filter((line) => mailHeader.test(line)).length;
  if (headers >= 2 && mailHeader.test(lines[0] ?? '')) return types.mail;
  if (headers >= 1 && (said === types.mail || ending === 'eml' || ending === 'mht')) return types.mail;
  if (/<(!doctype html|html|head|body|table|div)\b/i.test(begin.slice(0, 1_000))) return types.html;
  if (said === 'text/html' || /^x?html?$/.test(ending)) return types.html;
  if (/^<\?xml\b/.test(begin) || ending === 'xml') return types.xml;
  return said === types.csv || ending === 'csv' ? types.csv : types.text;
}
