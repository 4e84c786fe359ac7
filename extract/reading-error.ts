import type { ExtractionOutcome } from '../contract/extraction.ts';

/** Thrown by a reader that knows why a file gives no text; what else a reader throws means that the file is broken. */
export class ReadingError extends Error {
  readonly outcome: ExtractionOutcome;
  readonly mediaType: string | null;
  constructor(outcome: ExtractionOutcome, words: string, mediaType: string | null = null) {
    super(words);
    this.name = 'ReadingError';
    this.outcome = outcome;
    this.mediaType = mediaType;
  }
}

export const encrypted = (what = 'The file is encrypted: its text cannot be read without the password') =>
  new ReadingError('encrypted', what);
export const broken = (words: string) => new ReadingError('broken', words);
export const tooBig = (words: string) => new ReadingError('tooBig', words);
