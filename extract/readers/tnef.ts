import { decodeAs, decodeText } from '../format/decode-text.ts';
import { object, readProperties, unicode, type MapiProperty } from '../format/mapi-properties.ts';
import { writeHtml } from '../format/write-html.ts';
import { broken } from '../reading-error.ts';
import { writeCompressedRtf } from './outlook.ts';
import type { Found, Reader } from './reader.ts';

/** Attributes of MS-OXTNEF 2.1.3.3. */
const attribute = {
  subject: 0x8004,
  body: 0x800c,
  title: 0x8010,
  data: 0x800f,
  begin: 0x9002,
  ofMessage: 0x9003,
  ofFile: 0x9005,
  codepage: 0x9007,
};
/** Properties of MS-OXPROPS. */
const property = {
  subject: 0x0037,
  body: 0x1000,
  html: 0x1013,
  rtf: 0x1009,
  data: 0x3701,
  fileName: 0x3704,
  longName: 0x3707,
  mimeTag: 0x370e,
};
const guidBytes = 16;

interface File {
  name: string | null;
  contentType: string | null;
  bytes: Buffer | null;
}

/** `winmail.dat`: what Outlook packs a mail into for others of its kind. Its files are its members. */
export const readTnef: Reader = ({ bytes }, found) => {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files: File[] = [];
  let charset = 'windows-1252';
  const textOf = ({ type, value }: MapiProperty) =>
    (type === unicode ? value.toString('utf16le') : (decodeAs(value, charset) ?? value.toString('latin1'))).replace(/\0+$/, '');
  const plain = (data: Buffer) => (decodeAs(data, charset) ?? data.toString('latin1')).replace(/\0+$/, '');
  for (const { id, data } of attributesOf(packed)) {
    const file = files.at(-1);
    if (id === attribute.codepage && data.length >= 4) charset = charsetOf(data.readUInt32LE(0));
    else if (id === attribute.subject) found.sink.addLine(plain(data));
    else if (id === attribute.body) found.sink.addLine(plain(data));
    else if (id === attribute.ofMessage) writeMessage(readProperties(data), textOf, found);
    else if (id === attribute.begin) files.push({ name: null, contentType: null, bytes: null });
    else if (file === undefined) continue;
    else if (id === attribute.title) file.name ??= plain(data);
    else if (id === attribute.data) file.bytes ??= data;
    else if (id === attribute.ofFile) describe(file, readProperties(data), textOf);
  }
  for (const { name, contentType, bytes: content } of files) {
    if (content !== null && !found.addMember({ name, contentType, bytes: Uint8Array.from(content), inline: false })) break;
  }
};

const charsetOf = (page: number) =>
  page === 932 ? 'shift_jis' : page === 65001 ? 'utf-8' : page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252';

function* attributesOf(packed: Buffer): Generator<{ id: number; data: Buffer }> {
  for (let at = 6; at + 9 <= packed.length;) {
    const length = packed.readUInt32LE(at + 5);
    const from = at + 9;
    if (from + length > packed.length) throw broken('The file is cut off');
    yield { id: packed.readUInt16LE(at + 1), data: packed.subarray(from, from + length) };
    at = from + length + 2;
  }
}

type TextOf = (property: MapiProperty) => string;

function writeMessage(properties: readonly MapiProperty[], textOf: TextOf, { sink }: Found): void {
  const find = (id: number) => properties.find((each) => each.id === id);
  const subject = find(property.subject);
  if (subject !== undefined) sink.addLine(textOf(subject));
  const [html, body, rtf] = [find(property.html), find(property.body), find(property.rtf)];
  if (html !== undefined) writeHtml(decodeText(html.value) ?? '', sink);
  else if (body !== undefined) sink.addLine(textOf(body));
  else if (rtf !== undefined) writeCompressedRtf(rtf.value, sink);
}

function describe(file: File, properties: readonly MapiProperty[], textOf: TextOf): void {
  for (const each of properties) {
    if (each.id === property.longName) file.name = textOf(each);
    else if (each.id === property.fileName) file.name ??= textOf(each);
    else if (each.id === property.mimeTag) file.contentType = textOf(each);
    // A mail within: its interface's id stands before what is packed again.
    else if (each.id === property.data) file.bytes = each.type === object ? each.value.subarray(guidBytes) : each.value;
  }
}
