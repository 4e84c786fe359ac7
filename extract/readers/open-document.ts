import { Zip } from '../format/zip.ts';
import { parseXml } from '../format/write-xml.ts';
import { broken, encrypted } from '../reading-error.ts';
import type { TextSink } from '../text-sink.ts';
import type { Reader } from './reader.ts';

/** Deleted words, scripts, and what a style says of itself. */
const skipped = new Set(['tracked-changes', 'scripts', 'font-face-decls', 'automatic-styles', 'meta', 'settings']);
const before: Record<string, string> = { tab: '\t', s: ' ', 'line-break': '\n' };
const after: Record<string, string> = { p: '\n', h: '\n', 'table-cell': '\t', 'table-row': '\n' };

/** Text, sheets and slides of OpenDocument: content, then headers and footers, which lie in the styles. */
export const readOpenDocument: Reader = ({ bytes }, { sink, budget }) => {
  const zip = new Zip(bytes, budget);
  if ((zip.text('META-INF/manifest.xml') ?? '').includes('encryption-data')) throw encrypted();
  if (zip.find('content.xml') === undefined) throw broken('The document is damaged: its content is missing');
  for (const name of ['content.xml', 'styles.xml']) write(zip, name, sink);
};

function write(zip: Zip, name: string, sink: TextSink): void {
  const entry = zip.find(name);
  if (entry === undefined) return;
  let left = 0;
  let paragraphs = 0;
  const handlers = {
    open(element: string) {
      if (skipped.has(element)) left += 1;
      if (left > 0) return;
      if (element === 'p' || element === 'h') paragraphs += 1;
      if (paragraphs > 0) sink.add(before[element] ?? '');
    },
    close(element: string) {
      if (skipped.has(element)) left -= 1;
      if (left > 0) return;
      if (element === 'p' || element === 'h') paragraphs -= 1;
      sink.add(after[element] ?? '');
    },
    text(text: string) {
      if (left === 0 && paragraphs > 0) sink.add(text);
    },
  };
  parseXml(zip, entry, handlers, () => sink.full);
}
