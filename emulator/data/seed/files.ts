import { deflateSync, crc32 } from 'node:zlib';
import type { Random } from '../random.ts';
import { bankDocument } from './document-bank.ts';
import type { FileAttachmentContent } from '../model.ts';

function file(name: string, contentType: string, bytes: () => Uint8Array): FileAttachmentContent {
  return { kind: 'file', name, contentType, isInline: false, contentId: null, bytes };
}

interface Words {
  readonly topic: string;
  readonly sentences: readonly string[];
  readonly language: string;
  /** What no other message of the organisation has. */
  readonly mark: string;
}

/** Text, CSV, or a PDF or Office document of the bank, in the language of the mail. */
export function seedFile(random: Random, words: Words): FileAttachmentContent {
  const stem =
    words.topic
      .replaceAll(/[^\p{L}\p{N} ]+/gu, '')
      .trim()
      .replaceAll(' ', '-')
      .slice(0, 40) || 'document';
  const number = random.below(900) + 100;
  const kind = random.below(10);
  if (kind === 0)
    return file(`${stem}-${number}.txt`, 'text/plain', () => Buffer.from(`${words.topic}\r\n\r\n${words.sentences.join('\r\n')}\r\n`));
  if (kind === 1) {
    const rows = longTail(random, { median: 30, most: 20_000 });
    return file(`${stem}-${number}.csv`, 'text/csv', () => Buffer.from(csvOf({ number, rows, sentences: words.sentences })));
  }
  const document = bankDocument(random, words.language);
  return file(`${stem}-${number}${document.extension}`, document.contentType, () => document.bytes(`${number} ${words.mark}`));
}

/** Log-normal, as the sizes of real files are: half are below the median, a few are hundreds of times as large. */
function longTail(random: Random, of: { median: number; most: number }): number {
  const uniform = (random.next() + 1) / 0x1_0000_0001;
  const normal = Math.sqrt(-2 * Math.log(uniform)) * Math.cos((2 * Math.PI * random.next()) / 0x1_0000_0000);
  return Math.max(1, Math.min(of.most, Math.round(of.median * Math.exp(1.4 * normal))));
}

function csvOf(of: { number: number; rows: number; sentences: readonly string[] }): string {
  const rows = Array.from({ length: of.rows }, (_, index) => {
    const sentence = of.sentences[index % of.sentences.length]!;
    return `${of.number + index};"${sentence.replaceAll('"', '""')}";${(of.number * (index + 7)) % 9973}`;
  });
  return `Position;Text;Amount\r\n${rows.join('\r\n')}\r\n`;
}

/** A photograph, as far as a reader of sizes is concerned: a PNG of noise, from a few kilobytes to three megabytes. */
export function seedPhoto(random: Random): FileAttachmentContent {
  const size = Math.ceil(Math.sqrt(longTail(random, { median: 60_000, most: 3_000_000 }) / 3));
  const seed = random.next();
  const name = `IMG_${String(random.below(9_999)).padStart(4, '0')}.png`;
  return file(name, 'image/png', () => {
    let state = seed;
    return pngOf(size, () => (state = (Math.imul(state, 0x19660d) + 0x3c6ef35f) >>> 0) >>> 8);
  });
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
    bytes: () => pngOf(size, (x, y) => ((x + y) % size < size / 2 ? colours[0] : colours[1]) & 0xffffff),
  };
}

function pngOf(size: number, colourAt: (x: number, y: number) => number): Uint8Array {
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      rows.writeUIntBE(colourAt(x, y), y * (1 + size * 3) + 1 + x * 3, 3);
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
