import type { ExtractionOutcome } from '../contract/extraction.ts';
import type { Person } from '../contract/schema.ts';

/** What a reader may unfold of one file. */
export interface ReadLimits {
  /** Bytes of text; the rest is cut and said so. */
  textBytes: number;
  /** Bytes that compressed parts and members inflate to, all together. */
  inflatedBytes: number;
  /** Members of an archive, attachments of a mail. */
  members: number;
}

/** A file to read: what travels to the child. */
export interface ReadTask {
  bytes: Uint8Array;
  /** What it is called and said to be: hints for what content alone does not tell. */
  name: string | null;
  contentType: string | null;
  limits: ReadLimits;
}

/** What a mail says of itself. */
export interface MailFields {
  subject: string | null;
  from: Person | null;
  to: Person[];
  cc: Person[];
  sentAt: Date | null;
  internetMessageId: string | null;
}

/** A file within a file. */
export interface Member {
  name: string | null;
  contentType: string | null;
  bytes: Uint8Array;
  /** An image that the text around shows. */
  inline: boolean;
}

/** What a reader found: what travels back from the child. */
export interface Reading {
  /** By content; null when nothing is known of it. */
  mediaType: string | null;
  outcome: ExtractionOutcome;
  /** Why there is no text, or not all of it. Never words of the file. */
  words: string | null;
  text: string;
  truncated: boolean;
  mail: MailFields | null;
  members: Member[];
}

/** A member that was read, wherever it lay. */
export interface ExtractedPart extends Omit<Reading, 'members'> {
  /** Positions from the file down to the part: `2/1` is the first member of the second. */
  path: string;
  name: string | null;
  contentType: string | null;
  inline: boolean;
  bytes: number;
  sha256: string;
}

/** A file that was read, with all that lay in it. */
export interface Extracted extends Omit<Reading, 'members'> {
  parts: ExtractedPart[];
}

/** Reads files apart from this process, each bounded in time, memory and output: a hostile one costs itself alone. */
export interface Extractor {
  /** Never throws for what the file is; only the reason of an aborted signal. */
  read(file: { bytes: Uint8Array; name: string | null; contentType: string | null }, signal?: AbortSignal): Promise<Extracted>;
  /** Ends the children. */
  close(): Promise<void>;
}
