import * as xlsx from '@e965/xlsx';
import { Zip, type ZipEntry } from '../format/zip.ts';
import { parseXml, writeXml } from '../format/write-xml.ts';
import { broken, encrypted } from '../reading-error.ts';
import { addEmbedded, partsByType } from './office-xml.ts';
import type { TextSink } from '../text-sink.ts';
import type { Found, Reader } from './reader.ts';

/** SheetJS builds every cell in memory: beyond this, as the archive's directory claims it, cells are read as a stream. */
const wholeMaxBytes = 30 * 1_048_576;
const cellText: Parameters<typeof writeXml>[2]['words'] = {
  text: new Set(['t']),
  skipped: new Set(['rPh']),
  before: {},
  after: { si: '\n', p: '\n', comment: '\n', is: '\t', row: '\n' },
};

/** Cells of .xls, .xlsb and of .xlsx, as they are shown. */
export const readWorkbook: Reader = ({ bytes }, { sink }) => {
  const workbook = parse(bytes);
  for (const name of workbook.SheetNames) {
    sink.addLine(name);
    const sheet = workbook.Sheets[name];
    if (sheet === undefined) continue;
    writeSheet(sheet, sink);
  }
};

/** The cells that there are: a sheet's range may claim billions. */
function writeSheet(sheet: xlsx.WorkSheet, sink: TextSink): void {
  let row = '';
  for (const [address, value] of Object.entries(sheet)) {
    if (sink.full) return;
    if (address.startsWith('!')) continue;
    const { w, v, c = [] } = value as { w?: string; v?: unknown; c?: { t?: string }[] };
    const ownRow = address.replace(/^[A-Z]+/, '');
    sink.add(ownRow === row ? '\t' : '\n');
    row = ownRow;
    sink.add(w ?? (typeof v === 'string' || typeof v === 'number' ? String(v) : ''));
    for (const { t = '' } of c) sink.add(` ${t}`);
  }
  sink.add('\n');
}

function parse(bytes: Uint8Array): xlsx.WorkBook {
  try {
    return xlsx.read(bytes, { type: 'buffer', cellFormula: false, cellHTML: false, cellText: true, dense: false });
  } catch (error) {
    if (/password|encrypt/i.test((error as Error).message)) throw encrypted();
    throw broken('The workbook is damaged: it cannot be opened');
  }
}

/** Words of diagrams and text boxes, which SheetJS does not read. */
const drawn = ['diagramData+xml', 'drawing+xml', 'drawingml.chart+xml'];

export const readXlsx: Reader = async (task, found) => {
  const zip = new Zip(task.bytes, found.budget);
  const claimed = zip.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (claimed > wholeMaxBytes) streamCells(zip, found);
  else await readWorkbook(task, found);
  for (const part of partsByType(zip, drawn)) writeXml(zip, part, { words: cellText, sink: found.sink });
  addEmbedded(zip, found);
};

function streamCells(zip: Zip, found: Found): void {
  for (const part of partsByType(zip, ['sharedStrings+xml', 'comments+xml'])) writeXml(zip, part, { words: cellText, sink: found.sink });
  for (const sheet of partsByType(zip, ['worksheet+xml'])) if (!found.sink.full) writeNumbers(zip, sheet, found);
}

/** What stands in the cells themselves: numbers and inline words; shared words were written before. */
function writeNumbers(zip: Zip, sheet: ZipEntry, { sink }: Found): void {
  let shared = false;
  let counted = 0;
  const handlers = {
    open(name: string, { t }: Record<string, string>) {
      if (name === 'c') shared = t === 's';
      if (name === 't' || (name === 'v' && !shared)) counted += 1;
    },
    close(name: string) {
      if (name === 't' || (name === 'v' && !shared)) counted -= 1;
      if (name === 'c' && !shared) sink.add('\t');
      if (name === 'row') sink.add('\n');
    },
    text(text: string) {
      if (counted > 0) sink.add(text);
    },
  };
  parseXml(zip, sheet, handlers, () => sink.full);
}
