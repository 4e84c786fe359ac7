import { broken, encrypted, ReadingError } from './reading-error.ts';
import { readGzip, readTar, readZip } from './readers/archive.ts';
import { readCard } from './readers/card.ts';
import { readDoc } from './readers/doc.ts';
import { readEpub } from './readers/epub.ts';
import { readMail } from './readers/mail.ts';
import { readDocx, readPptx } from './readers/office-xml.ts';
import { readOpenDocument } from './readers/open-document.ts';
import { readMsg } from './readers/outlook.ts';
import { readPdf } from './readers/pdf.ts';
import { readPgp, readPkcs7 } from './readers/pkcs7.ts';
import { readHtml, readText } from './readers/plain.ts';
import { readPpt } from './readers/ppt.ts';
import type { Found, Reader } from './readers/reader.ts';
import { readRtf } from './readers/rtf.ts';
import { readWorkbook, readXlsx } from './readers/spreadsheet.ts';
import { readTnef } from './readers/tnef.ts';
import { TextSink } from './text-sink.ts';
import { typeOf, types, type KnownType } from './type-of.ts';
import type { Member, Reading, ReadTask } from './types.ts';

const readers: Record<KnownType, Reader> = {
  [types.pdf]: readPdf,
  [types.rtf]: readRtf,
  [types.doc]: readDoc,
  [types.xls]: readWorkbook,
  [types.ppt]: readPpt,
  [types.msg]: readMsg,
  [types.docx]: readDocx,
  [types.pptx]: readPptx,
  [types.xlsx]: readXlsx,
  [types.xlsb]: readWorkbook,
  [types.epub]: readEpub,
  [types.zip]: readZip,
  [types.gzip]: readGzip,
  [types.tar]: readTar,
  [types.tnef]: readTnef,
  [types.ole]: () => {
    throw new ReadingError('unsupported', 'What the file holds is not known');
  },
  [types.encryptedOoxml]: () => {
    throw encrypted();
  },
  [types.pkcs7]: readPkcs7,
  [types.pgp]: readPgp,
  [types.mail]: readMail,
  [types.html]: readHtml,
  [types.calendar]: readCard,
  [types.card]: readCard,
  [types.csv]: readText,
  [types.xml]: readHtml,
  [types.text]: readText,
};

function readerOf(mediaType: string): Reader | undefined {
  if (mediaType.startsWith('application/vnd.oasis.opendocument.')) return readOpenDocument;
  return readers[mediaType as KnownType];
}

/** What the ending of a name promises that the content does not keep: such a file is broken, not of another kind. */
const promised = /\.(pdf|docx|xlsx|pptx|odt|ods|odp|epub|zip|doc|xls|ppt|msg)$/i;

/** Reads one file. Never throws for what is in it: anything that a reader throws means that the file is broken. */
export async function readFile(task: ReadTask): Promise<Reading> {
  const sink = new TextSink(task.limits.textBytes);
  const members: Member[] = [];
  const found: Found = {
    sink,
    budget: { left: task.limits.inflatedBytes },
    mail: null,
    note: null,
    addMember(member) {
      if (members.length < task.limits.members) return members.push(member) > 0;
      found.note = `Only the first ${task.limits.members} members are read`;
      return false;
    },
  };
  let mediaType: string | null = null;
  let failure: ReadingError | null = null;
  try {
    if (task.bytes.length === 0) throw new ReadingError('empty', 'The file has no bytes');
    mediaType = await typeOf(task);
    checkPromise(task, mediaType);
    const reader = mediaType === null ? undefined : readerOf(mediaType);
    if (reader === undefined) throw unsupported(mediaType);
    await reader(task, found);
  } catch (error) {
    failure = error instanceof ReadingError ? error : broken(`The file is damaged: its reader gave up (${(error as Error).name})`);
  }
  const { text, truncated } = sink.finish();
  const { mail } = found;
  const cut = truncated ? `Only the first ${task.limits.textBytes} bytes of its text are kept` : null;
  const words = failure?.message ?? found.note ?? cut;
  const outcome = failure?.outcome ?? (text === '' && members.length === 0 ? 'empty' : 'text');
  return { mediaType, outcome, words, text, truncated, mail, members };
}

function unsupported(mediaType: string | null): ReadingError {
  const of = mediaType === null ? 'unknown type' : `type ${mediaType}`;
  return new ReadingError('unsupported', `Files of ${of} are not read for their text`);
}

function checkPromise({ name, contentType }: ReadTask, mediaType: string | null): void {
  const ending = promised.exec(name ?? '')?.[1]?.toLowerCase();
  if (ending === undefined || /^message\/|^text\/(calendar|vcard)/.test(contentType ?? '')) return;
  // Programs write tables as HTML or text and call them .xls, letters as RTF or HTML and call them .doc: these are read as what they are.
  const loose = ending === 'doc' || ending === 'xls';
  if (mediaType === null || mediaType === types.ole || (mediaType === types.text && !loose)) {
    throw broken(`The file is damaged: it is called .${ending} and its content is something else`);
  }
}
