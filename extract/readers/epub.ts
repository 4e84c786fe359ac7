import { Zip } from '../format/zip.ts';
import { writeHtml } from '../format/write-html.ts';
import { broken } from '../reading-error.ts';
import type { Reader } from './reader.ts';

const attribute = (tag: string, name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1] ?? '';

/** A book: the pages that its package lists (EPUB 3.3, package document), in their order. */
export const readEpub: Reader = ({ bytes }, { sink, budget }) => {
  const zip = new Zip(bytes, budget);
  const root = attribute(/<rootfile\b[^>]*>/.exec(zip.text('META-INF/container.xml') ?? '')?.[0] ?? '', 'full-path');
  const book = zip.text(root);
  if (book === null) throw broken('The book is damaged: its package is missing');
  const folder = root.includes('/') ? `${root.slice(0, root.lastIndexOf('/'))}/` : '';
  const items = [...book.matchAll(/<(?:\w+:)?item\b[^>]*>/g)].map(([tag]) => tag);
  const hrefs = new Map(items.map((tag) => [attribute(tag, 'id'), attribute(tag, 'href')]));
  const spine = [...book.matchAll(/<(?:\w+:)?itemref\b[^>]*>/g)].map(([tag]) => hrefs.get(attribute(tag, 'idref')));
  sink.addLine(/<dc:title[^>]*>([^<]*)</.exec(book)?.[1]);
  for (const href of spine) {
    if (href === undefined || sink.full) continue;
    writeHtml(zip.text(`${folder}${decodeURI(href)}`) ?? '', sink);
    sink.add('\n');
  }
};
