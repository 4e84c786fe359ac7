import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { readDueAttachments } from './read-attachments.ts';
import { endsLane, retrying } from './retrying.ts';
import { walkCalendar } from './walk-calendar.ts';
import { walkMessages, type Walk } from './walk-messages.ts';

/** Messages whose attachments are read between two pages, so that neither waits for the other's end. */
const attachmentsBetweenPages = 20;

export interface PassResult {
  changed: boolean;
  failedStreams: number;
}

function walk(mailbox: MailboxWork, { stream, pass, lane }: { stream: Stream; pass: number; lane: number }): Promise<Walk> {
  if (stream.kind === 'calendar') return walkCalendar(mailbox, { stream, pass });
  const betweenPages = async () => {
    await readDueAttachments(mailbox, { pass, lane, limit: attachmentsBetweenPages });
  };
  return walkMessages(mailbox, { stream, pass, betweenPages });
}

/** True when the stream's folder is confirmed gone, and the stream was ended. */
async function endedForGood(mailbox: MailboxWork, stream: Stream): Promise<boolean> {
  if (stream.kind !== 'messages') return false;
  try {
    await retrying(
      () => mailbox.graph.getFolder({ userId: mailbox.at.mailboxId, folderId: stream.graphId }, callOptions(mailbox)),
      mailbox.signal,
    );
    return false;
  } catch (error) {
    if (!(error instanceof GraphError) || error.class !== 'notFound') throw error;
    await mailbox.store.streams.end({ stream, asOf: mailbox.gate.sentAt() });
    return true;
  }
}

/** Walks streams of the mailbox until none is left in this pass, one request in flight; then reads attachments that are due. */
export async function walkPass(mailbox: MailboxWork, { pass, lane }: { pass: number; lane: number }): Promise<PassResult> {
  const { store, at, signal } = mailbox;
  const result: PassResult = { changed: false, failedStreams: 0 };
  for (;;) {
    signal.throwIfAborted();
    const stream = await store.streams.claimNext({ ...at, pass, lane });
    if (stream === null) break;
    try {
      const { changed } = await walk(mailbox, { stream, pass, lane });
      result.changed ||= changed;
    } catch (error) {
      signal.throwIfAborted();
      if (endsLane(error)) throw error;
      const { code, class: kind } = error as GraphError;
      if (kind === 'notFound' && (await endedForGood(mailbox, stream))) {
        result.changed = true;
        continue;
      }
      await store.streams.fail({ stream, pass, code });
      result.failedStreams += 1;
    }
  }
  await readDueAttachments(mailbox, { pass, lane, limit: Number.POSITIVE_INFINITY });
  return result;
}
