import { extractorVersion, type Extraction } from '../contract/extraction.ts';
import type { AttachmentContent } from '../contract/document.ts';
import type { Extracted, ExtractedPart, Extractor } from '../extract/types.ts';
import type { AttachmentFields, AttachmentStore, PartWrite, ReadContent } from '../store/types.ts';

/** A file whose bytes are at hand. */
export interface FileToRead {
  content: AttachmentContent;
  bytes: Uint8Array;
  datasetId: string;
}

export type ExtractOnce = (file: FileToRead, signal: AbortSignal) => Promise<ReadContent>;

const endingOf = (name: string | null) => /\.\w{1,10}$/.exec(name ?? '')?.[0].toLowerCase() ?? '';

/**
 * Reads a file for its words, once for all files of the same content and kind of name: what a live attachment of the dataset
 * already says is taken over, and who asks while it is being read waits for the same answer.
 */
export function createExtractOnce({ extractor, store }: { extractor: Extractor; store: Pick<AttachmentStore, 'findRead'> }): ExtractOnce {
  const reading = new Map<string, Promise<Extracted>>();

  async function known({ content, datasetId }: FileToRead): Promise<ReadContent | null> {
    const { sha256, name } = content;
    if (sha256 === null) return null;
    const found = await store.findRead({ datasetId, sha256, version: extractorVersion });
    return found.find((read) => endingOf(read.content.name) === endingOf(name)) ?? null;
  }

  async function read({ content, bytes }: FileToRead, signal: AbortSignal): Promise<Extracted> {
    const { name, contentType, sha256 } = content;
    const key = `${sha256 ?? ''} ${endingOf(name)}`;
    const running = sha256 === null ? undefined : reading.get(key);
    // Who began it may have been told to end: then it is read once more.
    const shared = await running?.catch(() => null);
    if (shared !== undefined && shared !== null) return shared;
    signal.throwIfAborted();
    const own = extractor.read({ bytes, name, contentType }, signal);
    if (sha256 === null) return own;
    reading.set(key, own);
    try {
      return await own;
    } finally {
      if (reading.get(key) === own) reading.delete(key);
    }
  }

  return async (file, signal) => {
    const before = await known(file);
    if (before !== null) {
      const { mediaType = null, extraction = null, parts = 0 } = before.content;
      return { ...before, content: { ...file.content, mediaType, extraction, parts } };
    }
    return toContent(file.content, await read(file, signal));
  };
}

function toContent(content: AttachmentContent, extracted: Extracted): ReadContent {
  const parts = extracted.parts.map(toPart);
  const { mediaType } = extracted;
  return {
    content: { ...content, mediaType, extraction: toExtraction(extracted), parts: parts.length },
    fields: toFields(extracted),
    parts,
  };
}

function toExtraction({ outcome, words }: Pick<Extracted, 'outcome' | 'words'>): Extraction {
  return { outcome, words, version: extractorVersion };
}

function toFields({ text, truncated, mail }: Omit<Extracted, 'parts'>): AttachmentFields {
  return { text: text === '' ? null : text, textTruncated: truncated, ...mail };
}

function toPart(part: ExtractedPart): PartWrite {
  const { path, name, contentType, inline, bytes, sha256, mediaType } = part;
  const content: AttachmentContent = {
    ...{ name, contentType, attachmentType: 'file', inline, contentId: null, graphBytes: bytes, bytes, sha256 },
    ...{ mediaType, extraction: toExtraction(part) },
  };
  return { path, content, fields: toFields(part) };
}
