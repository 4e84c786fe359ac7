import { deEncapsulateSync, Tokenize } from 'rtf-stream-parser';
import { decodeAs } from '../format/decode-text.ts';
import { writeHtml } from '../format/write-html.ts';
import type { TextSink } from '../text-sink.ts';
import type { Reader } from './reader.ts';

interface Token {
  /** 0 begins a group, 1 ends it, 2 is a control word, 3 is text (the library's TokenType). */
  type: number;
  word?: string;
  param?: number;
  data?: Buffer;
}

/** Groups that hold what is not shown (RTF 1.9.1, destinations). Others of this kind begin with `\*`. */
const hidden = new Set(
  'fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles generator listtable listoverridetable revtbl rsidtbl xmlnstbl fldinst filetbl'.split(
    ' ',
  ),
);
const breaks: Record<string, string> = {
  par: '\n',
  line: '\n',
  sect: '\n',
  page: '\n',
  row: '\n',
  cell: '\t',
  tab: '\t',
  emspace: ' ',
  '~': ' ',
  _: '-',
};
const signs: Record<string, string> = { lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”', bullet: '•', endash: '–', emdash: '—' };
/** Windows code pages of `\fcharset` (RTF 1.9.1, font table). */
const pageOfFont: Record<number, number> = {
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};
const names: Record<number, string> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  65001: 'utf-8',
  20866: 'koi8-r',
  10000: 'macintosh',
  866: 'ibm866',
};

const charsetOf = (page: number) => names[page] ?? (page === 874 || (page >= 1250 && page <= 1258) ? `windows-${page}` : 'windows-1252');

interface Group {
  hidden: boolean;
  page: number;
  /** Characters that follow `\u` for readers that do not know it. */
  skip: number;
}

export const readRtf: Reader = ({ bytes }, { sink }) => {
  writeRtf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), sink);
};

/** Writes the words of RTF; where it stands for HTML, as bodies of Outlook do, those of the HTML. */
export function writeRtf(bytes: Buffer, sink: TextSink): void {
  if (bytes.subarray(0, 4_096).includes('\\fromhtml')) {
    const { mode, text } = deEncapsulateSync(bytes, {
      decode: (data: Buffer, charset: string) => decodeAs(data, charset) ?? data.toString('latin1'),
    });
    if (mode === 'html') return writeHtml(text.toString(), sink);
    return sink.add(text.toString());
  }
  const writer = new RtfWriter(sink);
  const tokens = new Tokenize();
  tokens.on('data', (token: Token) => writer.take(token));
  // Its inner function works at once, so that nothing waits on a stream.
  tokens.__transform(bytes, undefined);
  tokens._flushToken();
  for (let token = tokens.read() as Token | null; token !== null; token = tokens.read() as Token | null) writer.take(token);
  writer.flush();
}

class RtfWriter {
  readonly #sink: TextSink;
  readonly #fonts = new Map<number, number>();
  #groups: Group[] = [{ hidden: false, page: 1252, skip: 1 }];
  #page = 1252;
  #font: number | null = null;
  #inFonts = 0;
  #toSkip = 0;
  #begun = false;
  #waiting: Buffer[] = [];

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  take(token: Token): void {
    const begun = this.#begun;
    this.#begun = token.type === 0;
    if (token.type === 0) this.#begin();
    else if (token.type === 1) this.#end();
    else if (token.type === 3) this.#text(token.data ?? Buffer.alloc(0));
    else this.#control(token, begun);
  }

  /** Bytes wait until the next control word, since a character of two bytes may come in two tokens. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#sink.add(decodeAs(bytes, charsetOf(this.#top.page)) ?? bytes.toString('latin1'));
  }

  get #top(): Group {
    return this.#groups[this.#groups.length - 1] ?? { hidden: false, page: this.#page, skip: 1 };
  }

  #begin(): void {
    this.flush();
    this.#groups.push({ ...this.#top });
  }

  #end(): void {
    this.flush();
    if (this.#groups.length > 1) this.#groups.pop();
    if (this.#groups.length <= this.#inFonts) this.#inFonts = 0;
    this.#toSkip = 0;
  }

  #text(data: Buffer): void {
    const shown = data.subarray(Math.min(this.#toSkip, data.length));
    this.#toSkip -= data.length - shown.length;
    if (!this.#top.hidden && shown.length > 0) this.#waiting.push(Buffer.from(shown.filter((byte) => byte !== 0x0a && byte !== 0x0d)));
  }

  #control({ word = '', param, data }: Token, begun: boolean): void {
    const top = this.#top;
    if (word === "'" || word === 'hex') return this.#text(data ?? Buffer.alloc(0));
    if (word === 'bin') return;
    this.flush();
    if (begun && (word === '*' || hidden.has(word))) top.hidden = true;
    if (word === 'fonttbl') this.#inFonts = this.#groups.length;
    else if (word === 'ansicpg' && param !== undefined) this.#page = top.page = param;
    else if (word === 'mac') this.#page = top.page = 10000;
    else if (word === 'uc') top.skip = param ?? 1;
    else if (word === 'f' || word === 'fcharset') this.#onFont(word, param ?? 0);
    else if (word === 'u' && param !== undefined) this.#unicode(param);
    else if (!top.hidden) this.#sink.add(breaks[word] ?? signs[word] ?? (['\\', '{', '}'].includes(word) ? word : ''));
  }

  #onFont(word: string, number: number): void {
    if (this.#inFonts === 0) this.#top.page = this.#fonts.get(number) ?? this.#page;
    else if (word === 'f') this.#font = number;
    else if (this.#font !== null) this.#fonts.set(this.#font, pageOfFont[number] ?? this.#page);
  }

  #unicode(param: number): void {
    const { hidden: unseen, skip } = this.#top;
    if (!unseen) this.#sink.add(String.fromCharCode(param < 0 ? param + 65_536 : param));
    this.#toSkip = skip;
  }
}
