import { PDFiumLibrary } from '@hyzyla/pdfium';
import { broken, encrypted } from '../reading-error.ts';
import type { Reader } from './reader.ts';

let library: Promise<PDFiumLibrary> | null = null;

export const readPdf: Reader = async ({ bytes }, { sink }) => {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(bytes).catch((error: Error) => {
    if (/password|security/i.test(error.message)) throw encrypted();
    throw broken('The file is damaged: it cannot be opened as PDF');
  });
  try {
    for (const page of document.pages()) {
      sink.addLine(page.getText());
      if (sink.full) break;
    }
  } finally {
    document.destroy();
  }
};
