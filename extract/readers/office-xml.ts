import { Zip, type ZipEntry } from '../format/zip.ts';
import { writeXml, type XmlWords } from '../format/write-xml.ts';
import { broken } from '../reading-error.ts';
import type { Found, Reader } from './reader.ts';

const words: XmlWords = {
  text: new Set(['t', 'v']),
  // A fallback says again what the choice beside it says; deleted words and field codes are not shown.
  skipped: new Set(['Fallback', 'instrText', 'delText']),
  before: { tab: '\t', br: '\n', cr: '\n', noBreakHyphen: '-' },
  after: { p: '\n', tc: '\t', tr: '\n', pt: ' ' },
};

/** Parts with words, in the order in which they are written: by what the package says that they are, wherever they lie. */
const wordParts = ['document.main+xml', 'template.main+xml', 'footnotes+xml', 'endnotes+xml', 'comments+xml', 'header+xml', 'footer+xml'];
const slideParts = ['slide+xml', 'notesSlide+xml', 'comments+xml', 'slideMaster+xml', 'slideLayout+xml', 'handoutMaster+xml'];
const drawnParts = ['diagramData+xml', 'drawingml.chart+xml', 'chartshapes+xml'];

const partOf = /<(?:\w+:)?Override\b[^>]*>/g;
const attribute = (tag: string, name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1] ?? '';

/** Numbers within names count as numbers: slide 10 comes after slide 9. */
const inOrder = (left: ZipEntry, right: ZipEntry) => left.name.localeCompare(right.name, 'en', { numeric: true });

export function partsByType(zip: Zip, wanted: readonly string[]): ZipEntry[] {
  const overrides = [...(zip.text('[Content_Types].xml') ?? '').matchAll(partOf)].map(([tag]) => ({
    type: attribute(tag, 'ContentType'),
    entry: zip.find(decodeURI(attribute(tag, 'PartName'))),
  }));
  return wanted.flatMap((ending) =>
    overrides.flatMap(({ type, entry }) => (entry !== undefined && type.endsWith(ending) ? [entry] : [])).toSorted(inOrder),
  );
}

/** Files of other kinds that lie whole in a document. */
const embedded = /\/embeddings\/[^/]+\.(docx|docm|xlsx|xlsm|xlsb|pptx|pptm|pdf|doc|xls|ppt|msg|rtf)$/i;

export function addEmbedded(zip: Zip, found: Found): void {
  for (const entry of zip.entries) {
    if (!embedded.test(entry.name)) continue;
    const name = entry.name.split('/').at(-1) ?? null;
    if (!found.addMember({ name, contentType: null, bytes: zip.read(entry), inline: false })) return;
  }
}

function readParts(bytes: Uint8Array, found: Found, wanted: readonly string[]): void {
  const zip = new Zip(bytes, found.budget);
  const parts = partsByType(zip, wanted);
  if (parts.length === 0) throw broken('The document is damaged: its main part is missing');
  for (const part of parts) {
    if (found.sink.full) break;
    writeXml(zip, part, { words, sink: found.sink });
    found.sink.add('\n');
  }
  addEmbedded(zip, found);
}

export const readDocx: Reader = ({ bytes }, found) => readParts(bytes, found, [...wordParts, ...drawnParts]);
export const readPptx: Reader = ({ bytes }, found) => readParts(bytes, found, [...slideParts, ...drawnParts]);
