import { deflateSync, crc32 } from 'node:zlib';
import type { Random } from '../random.ts';
import type { FileAttachmentContent } from '../model.ts';

function file(name: string, contentType: string, bytes: () => Uint8Array): FileAttachmentContent {
  return { kind: 'file', name, contentType, isInline: false, contentId: null, bytes };
}

/** A small file that its own type's readers accept: text, CSV or a one-page PDF with words in it. */
export function seedFile(random: Random, words: { readonly topic: string; readonly sentences: readonly string[] }): FileAttachmentContent {
  const stem =
    words.topic
      .replaceAll(/[^\p{L}\p{N} ]+/gu, '')
      .trim()
      .replaceAll(' ', '-')
      .slice(0, 40) || 'document';
  const number = random.below(900) + 100;
  const kind = random.below(3);
  if (kind === 0)
    return file(`${stem}-${number}.txt`, 'text/plain', () => Buffer.from(`${words.topic}\r\n\r\n${words.sentences.join('\r\n')}\r\n`));
  if (kind === 1) return file(`${stem}-${number}.csv`, 'text/csv', () => Buffer.from(csvOf(number, words.sentences)));
  return file(`${stem}-${number}.pdf`, 'application/pdf', () => pdfOf([words.topic, ...words.sentences]));
}

function csvOf(number: number, sentences: readonly string[]): string {
  const rows = sentences.map((sentence, index) => `${number + index};"${sentence.replaceAll('"', '""')}";${(number * (index + 7)) % 9973}`);
  return `Position;Text;Amount\r\n${rows.join('\r\n')}\r\n`;
}

/** A PDF 1.4 with one page, WinAnsi Helvetica and a true cross-reference table. */
export function pdfOf(lines: readonly string[]): Uint8Array {
  const escaped = lines.map((line) => `(${line.replaceAll(/[\\()]/g, '\\$&')}) Tj 0 -16 Td`);
  const content = Buffer.from(`BT /F1 11 Tf 50 780 Td ${escaped.join(' ')} ET`, 'latin1');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content.toString('latin1')}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + end, 'latin1');
}

/** An inline picture: a small PNG of two colours. */
export function seedPicture(random: Random, contentId: string): FileAttachmentContent {
  const size = 8 + random.below(24);
  const colours = [random.next(), random.next()] as const;
  return {
    kind: 'file',
    name: `image${String(random.below(9) + 1).padStart(3, '0')}.png`,
    contentType: 'image/png',
    isInline: true,
    contentId,
    bytes: () => pngOf(size, colours),
  };
}

function pngOf(size: number, colours: readonly [number, number]): Uint8Array {
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const colour = (x + y) % size < size / 2 ? colours[0] : colours[1];
      rows.writeUIntBE(colour & 0xffffff, y * (1 + size * 3) + 1 + x * 3, 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  // Level 0 stores: the bytes do not depend on the version of zlib.
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 0 })), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
