import { Parser } from 'htmlparser2';
import type { TextSink } from '../text-sink.ts';
import type { Zip, ZipEntry } from './zip.ts';

/** How the words of an XML vocabulary are written; names come without their prefix, since prefixes are anybody's choice. */
export interface XmlWords {
  /** Elements whose text counts; null: all text does. */
  text: ReadonlySet<string> | null;
  /** Elements that are left out with all that is in them. */
  skipped: ReadonlySet<string>;
  /** What stands for an element's begin, and for its end. */
  before: Readonly<Record<string, string>>;
  after: Readonly<Record<string, string>>;
}

interface Handlers {
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  text(text: string): void;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** Parses an entry while it inflates: never whole in memory, no entity but XML's own is expanded. */
export function parseXml(zip: Zip, entry: ZipEntry, handlers: Handlers, isFull: () => boolean): void {
  const parser = new Parser(
    {
      onopentag: (name, attributes) => handlers.open(localName(name), attributes),
      onclosetag: (name) => handlers.close(localName(name)),
      ontext: handlers.text,
    },
    { xmlMode: true },
  );
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  zip.stream(entry, (chunk) => {
    decoder ??= new TextDecoder(
      chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : chunk[0] === 0xfe && chunk[1] === 0xff ? 'utf-16be' : 'utf-8',
    );
    parser.write(decoder.decode(chunk, { stream: true }));
    return !isFull();
  });
  parser.end();
}

export function writeXml(zip: Zip, entry: ZipEntry, { words, sink }: { words: XmlWords; sink: TextSink }): void {
  let counted = 0;
  let skipped = 0;
  const handlers: Handlers = {
    open(name) {
      if (words.skipped.has(name)) skipped += 1;
      if (skipped > 0) return;
      if (words.text?.has(name) === true) counted += 1;
      sink.add(words.before[name] ?? '');
    },
    close(name) {
      if (words.skipped.has(name)) skipped -= 1;
      if (skipped > 0) return;
      if (words.text?.has(name) === true) counted -= 1;
      sink.add(words.after[name] ?? '');
    },
    text(text) {
      if (skipped === 0 && (words.text === null || counted > 0)) sink.add(text);
    },
  };
  parseXml(zip, entry, handlers, () => sink.full);
}
