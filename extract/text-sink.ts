/** Collects text up to a limit. Readers look at `full` and stop early; what comes after is dropped. */
export class TextSink {
  readonly #limitBytes: number;
  #parts: string[] = [];
  #length = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** No more is kept: every character has a byte at least. Twice the limit, since tidying shortens. */
  get full(): boolean {
    return this.#length > 2 * this.#limitBytes;
  }

  add(text: string): void {
    if (this.full || text === '') return;
    this.#parts.push(text);
    this.#length += text.length;
  }

  /** Text of its own line. */
  addLine(text: string | null | undefined): void {
    if (text === null || text === undefined || text === '') return;
    this.add(text);
    this.add('\n');
  }

  /** The text, its blanks folded and cut at the limit. */
  finish(): { text: string; truncated: boolean } {
    const cut = cutText(tidy(this.#parts.join('')), this.#limitBytes);
    return { text: cut.text, truncated: cut.truncated || this.full };
  }
}

/** Cuts a text to so many bytes of UTF-8, never within a character. */
export function cutText(text: string, limitBytes: number): { text: string; truncated: boolean } {
  if (text.length * 3 <= limitBytes) return { text, truncated: false };
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return { text, truncated: false };
  let end = limitBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: bytes.subarray(0, end).toString(), truncated: true };
}

/** Folds runs of blanks and of empty lines, and drops what no text holds. */
function tidy(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      .replaceAll(/[\r\v\f\u2028\u2029]/g, '\n')
      // oxlint-disable-next-line no-control-regex -- these are the ones to drop
      .replaceAll(/[\u0000-\u0008\u000e-\u001f\u007f]/g, ' ')
      .replaceAll(/[^\S\n]+/g, ' ')
      .replaceAll(/ ?\n ?/g, '\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim()
      .toWellFormed()
  );
}
