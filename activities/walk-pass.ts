import type { Stream } from '../contract/stream.ts';
import type { GraphError } from '../graph/graph-error.ts';
import type { TakenSpan } from '../store/types.ts';
import { endFolderIfGone } from './end-folder-if-gone.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { readDueAttachments } from './read-attachments.ts';
import { readDueMimes } from './read-mimes.ts';
import { endsLane } from './retrying.ts';
import { walkCalendar } from './walk-calendar.ts';
import { walkFolder } from './walk-folder.ts';
import { walkList } from './walk-list.ts';
import type { Walk } from './walk-messages.ts';

/** Messages whose attachments are read between two pages, so that neither waits for the other's end. */
const attachmentsBetweenPages = 50;
/** MIME forms cost a request each, and hold everything of a message. */
const mimesBetweenPages = 5;

interface Pass {
  pass: number;
  lane: number;
  /** Folders never read that Graph has just called empty are left to the pass that follows. */
  leavesEmpty?: boolean;
  /** Called between pages and streams; throws to end the walk there. */
  giveWay?: () => void;
}

interface Taken extends Required<Omit<Pass, 'leavesEmpty'>> {
  stream: Stream;
  /** Of a folder that is divided. */
  span: TakenSpan | undefined;
}

function walk(mailbox: MailboxWork, { stream, span, pass, lane, giveWay }: Taken): Promise<Walk> {
  if (stream.kind === 'calendar') return walkCalendar(mailbox, { stream, pass });
  const betweenPages = async () => {
    await readDueAttachments(mailbox, { pass, lane, limit: attachmentsBetweenPages, near: stream.graphId });
    await readDueMimes(mailbox, { pass, lane, limit: mimesBetweenPages });
    giveWay();
  };
  if (span === undefined) return walkFolder(mailbox, { stream, pass, betweenPages });
  const { id: spanId, from, before } = span;
  return walkList(mailbox, { stream: span.stream, spanId, from, before, pass, betweenPages });
}

/**
 * Walks streams of the mailbox until none is left in this pass, one request in flight; then reads attachments that are due.
 * A stream that cannot be read keeps the fault's code until a later pass reads it.
 */
export async function walkPass(
  mailbox: MailboxWork,
  { pass, lane, leavesEmpty = false, giveWay = () => undefined }: Pass,
): Promise<{ changed: boolean }> {
  const { store, at, signal } = mailbox;
  let changed = false;
  const except: string[] = [];
  const exceptEmptyOf = leavesEmpty ? mailbox.cycleKey : null;
  for (;;) {
    signal.throwIfAborted();
    giveWay();
    const stream = await store.streams.claimNext({ ...at, pass, lane, except, exceptEmptyOf });
    if (stream === null) break;
    const span = (stream.spansLeft ?? 0) > 0 ? await store.spans.claim({ stream, pass, lane }) : undefined;
    if (span === null) {
      // Other lanes read what is left; the last of them goes on with the folder.
      except.push(stream._id);
      continue;
    }
    try {
      const walked = await walk(mailbox, { stream, span, pass, lane, giveWay });
      changed ||= walked.changed;
    } catch (error) {
      signal.throwIfAborted();
      if (endsLane(error)) throw error;
      const { code, class: kind } = error as GraphError;
      if (kind === 'notFound' && stream.kind === 'messages' && (await endFolderIfGone(mailbox, stream))) {
        changed = true;
        continue;
      }
      if (span === undefined) await store.streams.fail({ stream, pass, code });
      else await store.spans.fail({ span, pass, code });
    }
  }
  while ((await readDueAttachments(mailbox, { pass, lane, limit: attachmentsBetweenPages })) > 0) giveWay();
  while ((await readDueMimes(mailbox, { pass, lane, limit: mimesBetweenPages })) > 0) giveWay();
  return { changed };
}
