import { Inflate } from 'fflate';
import { broken, encrypted, tooBig } from '../reading-error.ts';

/** One entry of a zip archive's directory. Nothing is inflated before it is asked for. */
export interface ZipEntry {
  name: string;
  encrypted: boolean;
  method: number;
  compressedBytes: number;
  /** As the directory claims it. */
  bytes: number;
  offset: number;
}

/** Counts down what may still be inflated, over all entries of a file. */
export interface InflateBudget {
  left: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const entryHeaderBytes = 46;
/** The archive's comment, at most 65,535 bytes, follows the record. */
const endSearchBytes = 22 + 65_535;
const maxEntries = 100_000;

export class Zip {
  readonly entries: readonly ZipEntry[];
  readonly #bytes: Uint8Array;
  readonly #budget: InflateBudget;
  readonly #byName: Map<string, ZipEntry>;

  /** Reads the directory. Throws ReadingError when the archive has no end record, as one that was cut off. */
  constructor(bytes: Uint8Array, budget: InflateBudget) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.entries = readDirectory(bytes);
    this.#byName = new Map(this.entries.map((entry) => [entry.name, entry]));
  }

  find(name: string): ZipEntry | undefined {
    return this.#byName.get(name.replace(/^\//, ''));
  }

  /** Hands the entry's content over piece by piece; `onChunk` answers false to stop early. */
  stream(entry: ZipEntry, onChunk: (chunk: Uint8Array) => boolean): void {
    if (entry.encrypted) throw encrypted();
    const take = (chunk: Uint8Array): boolean => {
      this.#budget.left -= chunk.length;
      if (this.#budget.left < 0) throw tooBig('The file unfolds to more than the limit');
      return onChunk(chunk);
    };
    const compressed = this.#contentOf(entry);
    if (entry.method === 0) return void take(compressed);
    if (entry.method !== 8) throw broken(`The archive uses a compression that is not read (method ${entry.method})`);
    inflate(compressed, take);
  }

  read(entry: ZipEntry): Uint8Array {
    const chunks: Uint8Array[] = [];
    this.stream(entry, (chunk) => chunks.push(chunk) > 0);
    return Buffer.concat(chunks);
  }

  text(name: string): string | null {
    const entry = this.find(name);
    return entry === undefined ? null : Buffer.from(this.read(entry)).toString('utf8');
  }

  #contentOf(entry: ZipEntry): Uint8Array {
    const view = viewOf(this.#bytes);
    if (entry.offset + 30 > view.byteLength || view.getUint32(entry.offset, true) !== localSignature) {
      throw broken('The archive is damaged: an entry is not where its directory says');
    }
    const start = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
    if (start + entry.compressedBytes > view.byteLength) throw broken('The archive is cut off');
    return this.#bytes.subarray(start, start + entry.compressedBytes);
  }
}

/** In small steps: 1 kB of deflated zeros is 1 MB. */
const inflateStepBytes = 16_384;

function inflate(compressed: Uint8Array, onChunk: (chunk: Uint8Array) => boolean): void {
  let wanted = true;
  const inflater = new Inflate((chunk) => {
    if (wanted) wanted = onChunk(chunk);
  });
  for (let at = 0; at < compressed.length && wanted; at += inflateStepBytes) {
    inflater.push(compressed.subarray(at, at + inflateStepBytes), at + inflateStepBytes >= compressed.length);
  }
}

function readDirectory(bytes: Uint8Array): ZipEntry[] {
  const view = viewOf(bytes);
  const end = findEnd(view);
  const count = Math.min(view.getUint16(end + 10, true), maxEntries);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  while (entries.length < count && at + entryHeaderBytes <= end && view.getUint32(at, true) === entrySignature) {
    const nameBytes = view.getUint16(at + 28, true);
    const flags = view.getUint16(at + 8, true);
    const name = bytes.subarray(at + entryHeaderBytes, at + entryHeaderBytes + nameBytes);
    entries.push({
      name: decodeName(name, (flags & 0x800) !== 0),
      encrypted: (flags & 1) !== 0,
      method: view.getUint16(at + 10, true),
      compressedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += entryHeaderBytes + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (entries.length < count) throw broken('The archive is damaged: its directory is incomplete');
  return entries;
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - endSearchBytes); at -= 1) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  throw broken('The archive is cut off: it has no directory');
}

function decodeName(name: Uint8Array, isUtf8: boolean): string {
  const text = new TextDecoder('utf-8').decode(name);
  // Names from before UTF-8 were in the code page of a DOS machine: what is not UTF-8 is shown as Latin letters.
  const decoded = isUtf8 || !text.includes('\uFFFD') ? text : new TextDecoder('windows-1252').decode(name);
  return decoded.replaceAll('\\', '/');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
