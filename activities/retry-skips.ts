import type { Skip } from '../contract/skip.ts';
import type { Stream } from '../contract/stream.ts';
import type { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { readMessage } from './read-message.ts';
import { endsLane, retrying } from './retrying.ts';
import { readStreams } from './settled-at.ts';

const skipsPerCycle = 200;

/** An event that cannot be read is listed, and so tried again, in each cycle: what is not told there is that it is gone. */
async function retryEvent(mailbox: MailboxWork, skip: Skip): Promise<void> {
  const { graph, at, signal, store } = mailbox;
  try {
    await retrying(() => graph.getEvent({ userId: at.mailboxId, eventId: skip.graphId }, callOptions(mailbox)), signal);
  } catch (error) {
    if (endsLane(error)) throw error;
    if ((error as GraphError).class === 'notFound') await store.skips.settle({ skipId: skip._id, state: 'gone' });
  }
}

async function retryMessage(mailbox: MailboxWork, { skip, streams }: { skip: Skip; streams: readonly Stream[] }): Promise<void> {
  const { store, context } = mailbox;
  const read = await readMessage(mailbox, skip.graphId);
  const folderId = read.folderId ?? streams.find((stream) => stream._id === skip.streamId)?.graphId;
  const stream = streams.find((one) => one.graphId === folderId && one.kind === 'messages');
  // Gone, in a folder that is not crawled, or older than the policy wants: nobody misses it.
  if (read.gone || stream === undefined || (read.write === null && read.skip === null)) {
    await store.skips.settle({ skipId: skip._id, state: 'gone' });
    return;
  }
  const written = await store.pages.write({
    stream,
    pass: stream.readInPass,
    cursor: stream.cursor,
    asOf: mailbox.gate.sentAt(),
    restAsOf: stream.restAsOf,
    documents: read.write === null ? [] : [read.write],
    skips: read.skip === null ? [] : [read.skip],
    context,
  });
  if (written !== null && read.write !== null) mailbox.counts.documents += 1;
}

/**
 * Tries again what earlier cycles gave up, where its time has come: messages singly, attachments by marking their messages.
 * What is read closes its skip; what fails again waits longer.
 */
export async function retrySkips(mailbox: MailboxWork): Promise<void> {
  const { store, at, signal } = mailbox;
  await store.skips.retryAttachments(at);
  const due = await store.skips.due({ ...at, limit: skipsPerCycle });
  for (const skip of due) {
    signal.throwIfAborted();
    // An item without an id cannot be asked for: it goes when its stream is read anew.
    if (skip.graphId.startsWith('unknown')) continue;
    const streams = readStreams(await store.streams.list(at));
    const own = streams.find((stream) => stream._id === skip.streamId);
    if (own?.kind === 'calendar') await retryEvent(mailbox, skip);
    else await retryMessage(mailbox, { skip, streams });
  }
}
