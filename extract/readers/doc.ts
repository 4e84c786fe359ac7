import WordExtractor from 'word-extractor';
import { openOle } from '../format/ole.ts';
import { broken, encrypted, ReadingError } from '../reading-error.ts';
import type { Reader } from './reader.ts';

/** Flags of the file's head (MS-DOC 2.5.2, FibBase): at byte 10, bit 8 says that it is encrypted. */
const versionAt = 2;
/** Word 97; what is older has another layout. */
const firstVersion = 0xc1;
const flagsAt = 10;
const encryptedFlag = 0x01_00;

export const readDoc: Reader = async ({ bytes }, { sink }) => {
  const head = openOle(bytes).stream('WordDocument');
  if (head === null || head.length < 32) throw broken('The document is damaged: its text is missing');
  if ((head.readUInt16LE(flagsAt) & encryptedFlag) !== 0) throw encrypted();
  if (head.readUInt16LE(versionAt) < firstVersion)
    throw new ReadingError('unsupported', 'Documents of Word before 97 are not read for their text');
  const document = await new WordExtractor().extract(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  for (const text of [
    document.getBody(),
    document.getFootnotes(),
    document.getEndnotes(),
    document.getHeaders(),
    document.getAnnotations(),
    document.getTextboxes(),
  ]) {
    sink.addLine(text);
  }
};
