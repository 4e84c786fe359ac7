import type { Cursor, Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { DeltaPage } from '../graph/types.ts';
import { isGiant } from './divide-folders.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

/** A page with the cursor behind it and the time of asking; or the stream begun anew (null: taken by another lane). */
export type ReadDelta<T> = { page: DeltaPage<T>; cursor: Cursor; asOf: Date } | { restarted: Stream | null };

interface DeltaRead<T> {
  stream: Stream;
  read: (link: string | null) => Promise<DeltaPage<T>>;
}

const isResync = (error: unknown): error is GraphError => error instanceof GraphError && error.class === 'resync';

/**
 * Reads the next page of a stream. A link that Graph no longer knows is repeated once, since a passing fault can look
 * the same; then the stream starts a new generation, in which everything is read again and what is not seen loses its slot.
 */
export async function readDeltaPage<T>(mailbox: MailboxWork, { stream, read }: DeltaRead<T>): Promise<ReadDelta<T>> {
  const { link } = stream.cursor;
  let page: DeltaPage<T>;
  try {
    page = await retrying(() => read(link), mailbox.signal);
  } catch (first) {
    if (!isResync(first) || link === null) throw first;
    try {
      page = await retrying(() => read(link), mailbox.signal);
    } catch (second) {
      if (!isResync(second)) throw second;
      // What a giant folder holds is stored: its ids and change keys tell what is not, in a fraction of the pages.
      const keysOnly = isGiant(mailbox.settings, stream);
      return { restarted: await mailbox.store.streams.restart(stream, second.code, { keysOnly }) };
    }
  }
  const cursor: Cursor = page.delta === null ? { at: 'page', link: page.next } : { at: 'rest', link: page.delta };
  return { page, cursor, asOf: mailbox.gate.sentAt() };
}
