import type { CoverageRow } from '../coverage-row.ts';

const wired = 'test/crawl/attachments.test.ts';
const readers = 'extract/read-file.test.ts';
const pool = 'extract/pool/create-extractor.test.ts';

export const attachmentRows: readonly CoverageRow[] = [
  {
    area: 'attachment',
    what: 'typed by content, its words found by search',
    test: { file: wired, name: 'an attachment is typed by its content, and its words are found' },
    mutation: {
      file: 'activities/extract-once.ts',
      find: "text: text === '' ? null : text,",
      replace: 'text: null,',
    },
  },
  {
    area: 'attachment',
    what: 'inline pictures told apart',
    test: { file: wired, name: 'an attachment that is an inline picture is told apart' },
    mutation: {
      file: 'activities/message-attachments.ts',
      find: 'inline && /^image\\//i.test(',
      replace: '!inline && /^image\\//i.test(',
    },
  },
  {
    area: 'attachment',
    what: 'cloud attachments with link and provider',
    test: { file: wired, name: 'an attachment in the cloud keeps its link and who keeps the file' },
    mutation: {
      file: 'activities/message-attachments.ts',
      find: 'return { url: sourceUrl, provider: providerType };',
      replace: 'return sourceUrl === providerType ? { url: sourceUrl, provider: providerType } : null;',
    },
  },
  {
    area: 'attachment',
    what: 'large files streamed; too large ones hashed and said so',
    test: {
      file: wired,
      name: 'an attachment too large for its message’s list is streamed and read, and beyond the limit hashed and said to be too big',
    },
    mutation: {
      file: 'graph/operations/read-attachment.ts',
      find: 'if (size > keepBytes) kept = null;',
      replace: 'if (size >= 0) kept = null;',
    },
  },
  {
    area: 'attachment',
    what: 'a file that keeps its reader busy costs itself alone',
    test: { file: pool, name: 'a file that keeps its reader busy is stopped at the time limit and costs itself alone' },
    mutation: {
      file: 'extract/pool/create-extractor.ts',
      find: 'Math.min(timeoutMs, left.ms)',
      replace: '3_600_000',
    },
  },
  {
    area: 'attachment',
    what: 'a file that eats memory costs itself alone',
    test: { file: pool, name: 'a file that takes memory beside the heap is stopped at the memory limit' },
    mutation: {
      file: 'extract/pool/reader-process.ts',
      find: "if (usage.residentBytes > limitBytes) stop('memory');",
      replace: "if (usage.residentBytes < 0) stop('memory');",
    },
  },
  {
    area: 'attachment',
    what: 'a zip bomb stops at the limit',
    test: { file: pool, name: 'a document that unfolds to a gigabyte is stopped at the limit' },
    mutation: {
      file: 'extract/format/zip.ts',
      find: 'this.#budget.left -= chunk.length;',
      replace: '',
    },
  },
  {
    area: 'attachment',
    what: 'long texts cut at 1 MB and said so',
    test: { file: pool, name: 'a text longer than 1 MB is cut, and said so' },
    mutation: {
      file: 'extract/text-sink.ts',
      find: 'if (bytes.length <= limitBytes) return',
      replace: 'if (bytes.length >= 0) return',
    },
  },
  {
    area: 'attachment',
    what: 'attached mails and what is in them are documents below them',
    test: { file: wired, name: 'what lies in an attachment is a document below it: mails within mails, with their people and files' },
    mutation: {
      file: 'store/attachment-writer.ts',
      find: 'const within = parts.map(',
      replace: 'const within = [].map(',
    },
  },
  {
    area: 'attachment',
    what: 'members of archives are documents below them',
    test: { file: pool, name: 'members of archives and what is in them are parts, each read on its own' },
    mutation: {
      file: 'extract/pool/read-with-parts.ts',
      find: "await descend(members, { path: '', depth: 1 });",
      replace: '',
    },
  },
  {
    area: 'attachment',
    what: 'archives within archives followed to a bounded depth',
    test: { file: pool, name: 'archives within archives are followed five deep' },
    mutation: { file: 'extract/pool/read-with-parts.ts', find: 'if (depth > limits.depth)', replace: 'if (depth < 0)' },
  },
  {
    area: 'attachment',
    what: 'parts go with their message, to any depth',
    test: { file: wired, name: 'what lies in an attachment goes where its message goes, and away with it' },
    mutation: {
      file: 'store/attachment-followers.ts',
      find: ', { rootId: { $in: [...messageIds] } }',
      replace: '',
    },
  },
  {
    area: 'attachment',
    what: 'the same file is read once',
    test: { file: wired, name: 'the same file is read once, wherever it lies in the dataset' },
    mutation: {
      file: 'activities/extract-once.ts',
      find: 'if (sha256 === null) return null;',
      replace: 'if (sha256 !== undefined) return null;',
    },
  },
  {
    area: 'attachment',
    what: 'a source may leave attachments unread',
    test: { file: wired, name: 'a source whose policy does not read attachments names them and fetches none' },
    mutation: { file: 'activities/attachment-policy.ts', find: 'if (!policy.read) return', replace: 'if (policy.read === null) return' },
  },
  {
    area: 'attachment',
    what: 'a source may leave out types and sizes',
    test: { file: wired, name: 'a source whose policy leaves out types, or sizes, reads the others' },
    mutation: {
      file: 'activities/attachment-policy.ts',
      find: 'if (included && !exclude.some(',
      replace: 'if (included || !exclude.some(',
    },
  },
  ...(
    [
      ['PDF', 'words of a PDF', '[types.pdf]: readPdf'],
      ['Word', 'words of a document that another library has made', '[types.docx]: readDocx'],
      ['Excel', 'words of a workbook (xlsx)', '[types.xlsx]: readXlsx'],
      ['Excel before 2007', 'words of a workbook (xls)', '[types.xls]: readWorkbook'],
      ['RTF', 'words of RTF, in its code page and beyond it', '[types.rtf]: readRtf'],
      ['HTML', 'words of HTML in the charset that it names', '[types.html]: readHtml'],
      ['mails', 'words of a mail, with who wrote it and what is attached', '[types.mail]: readMail'],
      ['events and contacts', 'words of a card and an event', '[types.calendar]: readCard'],
    ] as const
  ).map(([what, name, line]): CoverageRow => ({
    area: 'attachment',
    what: `words of ${what}`,
    test: { file: readers, name },
    mutation: { file: 'extract/read-file.ts', find: line, replace: `${line.slice(0, line.indexOf(':'))}: readPgp` },
  })),
  {
    area: 'attachment',
    what: 'words of OpenDocument',
    test: { file: readers, name: 'words of an OpenDocument text, without what was deleted' },
    mutation: {
      file: 'extract/read-file.ts',
      find: "mediaType.startsWith('application/vnd.oasis.opendocument.')",
      replace: "mediaType.startsWith('none')",
    },
  },
  {
    area: 'attachment',
    what: 'text in old charsets',
    test: { file: readers, name: 'words of text in windows-1251' },
    mutation: { file: 'extract/format/decode-text.ts', find: "detect(sample) ?? 'windows-1252'", replace: "'windows-1252'" },
  },
  {
    area: 'attachment',
    what: 'encrypted files said to be so',
    test: { file: readers, name: 'no words, and why encrypted: an encrypted OpenDocument' },
    mutation: { file: 'extract/readers/open-document.ts', find: ".includes('encryption-data')", replace: ".includes('no such word')" },
  },
  {
    area: 'attachment',
    what: 'broken files said to be so',
    test: { file: readers, name: 'no words, and why broken: a document that was cut off' },
    mutation: {
      file: 'extract/read-file.ts',
      find: "failure?.outcome ?? (text === ''",
      replace: "(text === ''",
    },
  },
  {
    area: 'attachment',
    what: 'files left unread for want of readers are said so, and read once there are some',
    test: {
      file: 'test/crawl/unread-files.test.ts',
      name: 'without readers a file is hashed and named, and says why it has no words; with readers again it is read',
    },
    mutation: { file: 'store/attachments-read.ts', find: 'if (readsWords) await markUnread', replace: 'if (!readsWords) await markUnread' },
  },
];
