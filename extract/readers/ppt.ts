import { openOle } from '../format/ole.ts';
import { broken, encrypted } from '../reading-error.ts';
import type { TextSink } from '../text-sink.ts';
import type { Reader } from './reader.ts';

/** Record types of MS-PPT 2.13.24: texts in two bytes a character and in one, and names. */
const textChars = 0x0f_a0;
const textBytes = 0x0f_a8;
const cString = 0x0f_ba;
const cryptSession = 0x2f_14;
const headerBytes = 8;
/** MS-PPT 2.3.2, CurrentUserAtom: the token at byte 12 tells an encrypted presentation. */
const encryptedToken = 0xf3d1c4df;
/** Words of the program, such as "Default Design" of a master, lie in names; they are left out below this record. */
const maxDepth = 64;

export const readPpt: Reader = ({ bytes }, found) => {
  const ole = openOle(bytes);
  const user = ole.stream('Current User');
  if (user !== null && user.length >= 16 && user.readUInt32LE(12) === encryptedToken) throw encrypted();
  const records = ole.stream('PowerPoint Document');
  if (records === null) throw broken('The presentation is damaged: its slides are missing');
  if (!walk(records, found.sink, 0)) throw broken('The presentation is damaged: a record reaches beyond its end');
};

/** Walks records; false when one is longer than what holds it. */
function walk(records: Buffer, sink: TextSink, depth: number): boolean {
  let whole = true;
  for (let at = 0; at + headerBytes <= records.length && !sink.full;) {
    const version = records.readUInt16LE(at) & 0x0f;
    const type = records.readUInt16LE(at + 2);
    const length = records.readUInt32LE(at + 4);
    const end = at + headerBytes + length;
    if (type === cryptSession) throw encrypted();
    if (end > records.length) whole = false;
    const content = records.subarray(at + headerBytes, end);
    if (version === 0x0f && depth < maxDepth) whole = walk(content, sink, depth + 1) && whole;
    else if (type === textChars || type === cString) sink.addLine(content.toString('utf16le'));
    else if (type === textBytes) sink.addLine(content.toString('latin1'));
    at = end;
  }
  return whole;
}
