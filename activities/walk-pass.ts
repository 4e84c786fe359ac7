import type { Stream } from '../contract/stream.ts';
import type { GraphError } from '../graph/graph-error.ts';
import { endFolderIfGone } from './end-folder-if-gone.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { readDueAttachments } from './read-attachments.ts';
import { endsLane } from './retrying.ts';
import { walkCalendar } from './walk-calendar.ts';
import { walkFolder } from './walk-folder.ts';
import type { Walk } from './walk-messages.ts';

/** Messages whose attachments are read between two pages, so that neither waits for the other's end. */
const attachmentsBetweenPages = 20;

function walk(mailbox: MailboxWork, { stream, pass, lane }: { stream: Stream; pass: number; lane: number }): Promise<Walk> {
  if (stream.kind === 'calendar') return walkCalendar(mailbox, { stream, pass });
  const betweenPages = async () => {
    await readDueAttachments(mailbox, { pass, lane, limit: attachmentsBetweenPages });
  };
  return walkFolder(mailbox, { stream, pass, betweenPages });
}

/**
 * Walks streams of the mailbox until none is left in this pass, one request in flight; then reads attachments that are due.
 * A stream that cannot be read keeps the fault's code until a later pass reads it.
 */
export async function walkPass(mailbox: MailboxWork, { pass, lane }: { pass: number; lane: number }): Promise<{ changed: boolean }> {
  const { store, at, signal } = mailbox;
  let changed = false;
  for (;;) {
    signal.throwIfAborted();
    const stream = await store.streams.claimNext({ ...at, pass, lane });
    if (stream === null) break;
    try {
      const walked = await walk(mailbox, { stream, pass, lane });
      changed ||= walked.changed;
    } catch (error) {
      signal.throwIfAborted();
      if (endsLane(error)) throw error;
      const { code, class: kind } = error as GraphError;
      if (kind === 'notFound' && stream.kind === 'messages' && (await endFolderIfGone(mailbox, stream))) {
        changed = true;
        continue;
      }
      await store.streams.fail({ stream, pass, code });
    }
  }
  await readDueAttachments(mailbox, { pass, lane, limit: Number.POSITIVE_INFINITY });
  return { changed };
}
