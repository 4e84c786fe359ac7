import type { Stream } from '../contract/stream.ts';
import type { GraphError } from '../graph/graph-error.ts';
import type { GraphEvent, ListPage } from '../graph/types.ts';
import type { ListedEvent } from './calendar-plan.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { endsLane, retrying } from './retrying.ts';

/** Ids and keys are short: most calendars are one page. */
const shortPageSize = 500;
const readingsAgain = 2;

/** A calendar's list: what it named, and when it was begun. */
export interface CalendarList {
  events: Map<string, ListedEvent>;
  asOf: Date;
}

export function readListPage(
  mailbox: MailboxWork,
  list: { stream: Stream; link: string | null; whole: boolean },
): Promise<ListPage<GraphEvent>> {
  const { graph, at, settings, signal } = mailbox;
  const { stream, link, whole } = list;
  const ask = { userId: at.mailboxId, calendarId: stream.graphId, link, whole, pageSize: whole ? settings.eventPageSize : shortPageSize };
  return retrying(() => graph.listEvents(ask, callOptions(mailbox)), signal);
}

async function readInto(mailbox: MailboxWork, { stream, events }: { stream: Stream; events: CalendarList['events'] }): Promise<Date> {
  let link: string | null = null;
  let asOf: Date | null = null;
  do {
    mailbox.signal.throwIfAborted();
    const page: ListPage<GraphEvent> = await readListPage(mailbox, { stream, link, whole: false });
    asOf ??= mailbox.gate.sentAt();
    mailbox.counts.pages += 1;
    for (const { id, changeKey = null, type, sensitivity } of page.items)
      events.set(id, { changeKey, isMaster: type === 'seriesMaster', sensitivity });
    for (const { id } of page.malformed) if (id !== null) events.set(id, { changeKey: null, isMaster: false, sensitivity: undefined });
    link = page.next;
  } while (link !== null);
  return asOf;
}

/** Ids and change keys of all events listed now. */
export async function readList(mailbox: MailboxWork, stream: Stream): Promise<CalendarList> {
  const events: CalendarList['events'] = new Map();
  return { events, asOf: await readInto(mailbox, { stream, events }) };
}

async function countEvents(mailbox: MailboxWork, stream: Stream): Promise<number | null> {
  const { graph, at, signal } = mailbox;
  try {
    return await retrying(() => graph.countEvents({ userId: at.mailboxId, calendarId: stream.graphId }, callOptions(mailbox)), signal);
  } catch (error) {
    if (endsLane(error) || (error as GraphError).class === 'notFound') throw error;
    // A count that cannot be had proves nothing, and says nothing against the list.
    return null;
  }
}

/**
 * Whether the list names as many events as Graph counts; one that names fewer is read again and filled up, since plain
 * lists end early (github.com/microsoftgraph/microsoft-graph-docs/issues/2153).
 */
export async function proveList(mailbox: MailboxWork, { stream, list }: { stream: Stream; list: CalendarList }): Promise<boolean> {
  const count = await countEvents(mailbox, stream);
  if (count === null) return false;
  for (let again = 0; again < readingsAgain && list.events.size < count; again += 1)
    await readInto(mailbox, { stream, events: list.events });
  return list.events.size >= count;
}
