import type { Stream, StreamCalendar } from '../contract/stream.ts';
import type { DocumentWrite, SkipWrite } from '../store/types.ts';
import type { MailboxWork } from './mailbox-work.ts';

const writesPerPage = 100;

interface Writes {
  documents: DocumentWrite[];
  skips: SkipWrite[];
}

/** Gathers what is to be written of a calendar into pages. Each method tells whether the stream is still the lane's. */
export interface CalendarPages {
  add(writes: Writes): Promise<boolean>;
  /** Writes the rest, with the stream at rest. */
  end(calendar: StreamCalendar): Promise<boolean>;
  /** How many documents were written. */
  written(): number;
}

/** All pages are as of the list: the earlier time, so that nothing seen later elsewhere is overwritten. */
export function calendarPages(mailbox: MailboxWork, { stream, pass, asOf }: { stream: Stream; pass: number; asOf: Date }): CalendarPages {
  let current = stream;
  let held: Writes = { documents: [], skips: [] };
  let written = 0;
  const write = async (calendar?: StreamCalendar): Promise<boolean> => {
    const { documents, skips } = held;
    const cursor = { at: calendar === undefined ? ('page' as const) : ('rest' as const), link: null };
    const page = { stream: current, pass, cursor, asOf, documents, skips, context: mailbox.context };
    const next = await mailbox.store.pages.write(calendar === undefined ? page : { ...page, calendar });
    if (next === null) return false;
    current = next;
    held = { documents: [], skips: [] };
    written += documents.length;
    mailbox.counts.documents += documents.length;
    mailbox.counts.skips += skips.length;
    return true;
  };
  return {
    async add({ documents, skips }) {
      held.documents.push(...documents);
      held.skips.push(...skips);
      return held.documents.length + held.skips.length < writesPerPage || (await write());
    },
    end: (calendar) => write(calendar),
    written: () => written,
  };
}
