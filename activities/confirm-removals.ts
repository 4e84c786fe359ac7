import type { RemovalReason } from '../contract/document.ts';
import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { DocumentUpsert, UnseenDocument } from '../store/types.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { mapEvent } from './map-event.ts';
import { mapMessage } from './map-message.ts';
import { keptAs } from './private-events.ts';
import { endsLane, retrying } from './retrying.ts';
import { readStreams, settledAt } from './settled-at.ts';

const looksAtOnce = 50;
/** After so many looks that failed the rest is left to the next cycle. */
const faultsPerCycle = 5;

/** `forbidden`: it is there, and the policy does not let it be kept. */
type Look = { found: DocumentUpsert; folderId: string | null } | 'gone' | 'forbidden';

/** Asks Graph for an item that no stream shows any more. */
async function look(mailbox: MailboxWork, document: UnseenDocument): Promise<Look> {
  const { graph, at, signal } = mailbox;
  try {
    if (document.kind === 'event') {
      const eventId = document.occurrenceId ?? document.graphId;
      const event = await retrying(() => graph.getEvent({ userId: at.mailboxId, eventId }, callOptions(mailbox)), signal);
      // An occurrence that is as its series says again is told by the series.
      if (document.occurrenceId !== null && event.type !== 'exception') return 'gone';
      const found = keptAs(mapEvent(event), mailbox.policy.privateEvents);
      return found === null ? 'forbidden' : { found, folderId: document.folderId };
    }
    const message = await retrying(
      () => graph.getMessage({ userId: at.mailboxId, messageId: document.graphId }, callOptions(mailbox)),
      signal,
    );
    return { found: mapMessage(message, { mime: mailbox.policy.originalMime }), folderId: message.parentFolderId ?? null };
  } catch (error) {
    if (error instanceof GraphError && error.class === 'notFound') return 'gone';
    throw error;
  }
}

async function settle(
  mailbox: MailboxWork,
  { document, crawled }: { document: UnseenDocument; crawled: Map<string, Stream> },
): Promise<void> {
  const { store } = mailbox;
  const result = await look(mailbox, document);
  const asOf = mailbox.gate.sentAt();
  if (result === 'gone' || result === 'forbidden') {
    const reason: RemovalReason = result === 'gone' ? 'deleted' : 'outOfScope';
    if (await store.removals.confirm({ document, reason, at: asOf, erase: true })) mailbox.counts.removed += 1;
    return;
  }
  const stream = result.folderId === null ? undefined : crawled.get(result.folderId);
  if (stream === undefined) {
    const reason: RemovalReason = 'movedOut';
    if (await store.removals.confirm({ document, reason, at: asOf })) mailbox.counts.removed += 1;
  } else await store.removals.keep({ document, found: result.found, folder: { id: stream.graphId, path: stream.path }, asOf });
}

/**
 * Decides what became of items that no stream shows. Nothing is decided unless every stream was read to its end after
 * the item lost its last slot; and since delta with immutable ids can lose an item that left and came back, Graph is
 * asked for each before it is given up.
 */
export async function confirmRemovals(mailbox: MailboxWork): Promise<void> {
  const { store, at, settings, signal } = mailbox;
  const streams = await store.streams.list(at);
  const settled = settledAt(streams);
  if (settled === null) return;
  const crawled = new Map(readStreams(streams).map((stream) => [stream.graphId, stream]));
  let looks = 0;
  let faults = 0;
  while (looks < settings.looksPerCycle) {
    const limit = Math.min(looksAtOnce, settings.looksPerCycle - looks);
    const unseen = await store.removals.unseen({ ...at, settledAt: settled, now: mailbox.gate.now(), limit });
    for (const document of unseen) {
      signal.throwIfAborted();
      try {
        await settle(mailbox, { document, crawled });
      } catch (error) {
        // An item that cannot be looked at stays as it is, and is looked at in the next cycle.
        if (!(error instanceof GraphError) || endsLane(error)) throw error;
        faults += 1;
      }
    }
    if (faults >= faultsPerCycle) return;
    looks += unseen.length;
    if (unseen.length < limit) return;
  }
}
