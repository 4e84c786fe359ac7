import { Gunzip } from 'fflate';
import { Zip } from '../format/zip.ts';
import { broken, encrypted, tooBig } from '../reading-error.ts';
import type { Found, Reader } from './reader.ts';

/** Directories and what a file system adds for itself. */
const noFile = /\/$|(^|\/)(__MACOSX\/|\.DS_Store$)/;

/** The names of an archive's members are its text, they themselves are read on their own. */
export const readZip: Reader = ({ bytes }, found) => {
  const zip = new Zip(bytes, found.budget);
  const files = zip.entries.filter(({ name }) => !noFile.test(name));
  for (const { name } of files) found.sink.addLine(name);
  const readable = files.filter((entry) => !entry.encrypted);
  if (files.length > 0 && readable.length === 0)
    throw encrypted('The archive is encrypted: its members cannot be read without the password');
  if (readable.length < files.length) found.note = 'Some members of the archive are encrypted';
  for (const entry of readable) {
    const member = { name: entry.name, contentType: null, bytes: zip.read(entry), inline: false };
    if (!found.addMember(member)) return;
  }
};

export const readGzip: Reader = ({ bytes, name }, found) => {
  const chunks: Uint8Array[] = [];
  let ended = false;
  const gunzip = new Gunzip((chunk, final) => {
    found.budget.left -= chunk.length;
    if (found.budget.left < 0) throw tooBig('The file unfolds to more than the limit');
    chunks.push(chunk);
    ended = final;
  });
  const step = 16_384;
  for (let at = 0; at < bytes.length; at += step) gunzip.push(bytes.subarray(at, at + step), at + step >= bytes.length);
  if (!ended && chunks.length === 0) throw broken('The archive is cut off');
  const inner = (name ?? 'file.gz').replace(/\.tgz$/i, '.tar').replace(/\.gz$/i, '');
  found.sink.addLine(inner);
  found.addMember({ name: inner, contentType: null, bytes: Buffer.concat(chunks), inline: false });
};

const blockBytes = 512;

/** POSIX tar (pax, IEEE 1003.1): a head of 512 bytes, the content, filled up to whole blocks. */
export const readTar: Reader = ({ bytes }, found) => {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let longName: string | null = null;
  for (let at = 0; at + blockBytes <= archive.length && archive[at] !== 0;) {
    const field = (from: number, to: number) => archive.toString('utf8', at + from, at + to).replace(/\0.*$/s, '');
    const size = Number.parseInt(field(124, 136).trim(), 8);
    if (Number.isNaN(size) || at + blockBytes + size > archive.length) throw broken('The archive is cut off');
    const content = archive.subarray(at + blockBytes, at + blockBytes + size);
    const kind = field(156, 157);
    const prefix = field(345, 500);
    const name: string = longName ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`);
    longName = kind === 'L' ? content.toString('utf8').replace(/\0.*$/s, '') : null;
    if ((kind === '' || kind === '0') && !noFile.test(name) && !addMember(found, name, content)) return;
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
};

function addMember(found: Found, name: string, bytes: Buffer): boolean {
  found.sink.addLine(name);
  return found.addMember({ name, contentType: null, bytes: Uint8Array.from(bytes), inline: false });
}
