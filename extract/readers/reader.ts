import type { InflateBudget } from '../format/zip.ts';
import type { TextSink } from '../text-sink.ts';
import type { MailFields, Member, ReadTask } from '../types.ts';

/** Where a reader puts what it finds. */
export interface Found {
  sink: TextSink;
  budget: InflateBudget;
  mail: MailFields | null;
  /** Refuses, with false, what is beyond the limits. */
  addMember(member: Member): boolean;
  /** Why not all of the text is there. */
  note: string | null;
}

/** Reads a file of one type. Throws ReadingError where it knows why there is no text; anything else means that the file is broken. */
export type Reader = (task: ReadTask, found: Found) => void | Promise<void>;
