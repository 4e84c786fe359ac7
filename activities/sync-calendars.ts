import type { IgnoredCalendar } from '../contract/mailbox.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { CalendarFound } from '../store/types.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { sortCalendars, type SortedCalendars } from './own-calendars.ts';
import { endsLane, retrying } from './retrying.ts';

/** Asks for the least of a calendar that there is. */
function askFor(mailbox: MailboxWork, calendarId: string) {
  const ask = { userId: mailbox.at.mailboxId, calendarId, link: null, whole: false, pageSize: 1 };
  return () => mailbox.graph.listEvents(ask, callOptions(mailbox));
}

/**
 * Calendars without an owner that Graph cannot read: shares of the old style answer 500 for ever
 * (learn.microsoft.com/graph/known-issues, accessing a shared calendar). One that could be read once is a stream like others.
 */
async function unreadableOf(mailbox: MailboxWork, ownerless: readonly CalendarFound[]): Promise<IgnoredCalendar[]> {
  if (ownerless.length === 0) return [];
  const { store, at, signal } = mailbox;
  const read = new Set((await store.streams.list(at)).filter(({ restGeneration }) => restGeneration > 0).map(({ graphId }) => graphId));
  const before = new Set((await store.mailboxes.get(at))?.ignoredCalendars.map(({ graphId }) => graphId));
  const unreadable: IgnoredCalendar[] = [];
  for (const { graphId, name } of ownerless) {
    if (read.has(graphId)) continue;
    const ask = askFor(mailbox, graphId);
    try {
      await (before.has(graphId) ? ask() : retrying(ask, signal));
    } catch (error) {
      if (endsLane(error)) throw error;
      if ((error as GraphError).status === 500) unreadable.push({ graphId, name, why: 'unreadable', owner: null });
    }
  }
  return unreadable;
}

function without(sorted: SortedCalendars, unreadable: readonly IgnoredCalendar[]): SortedCalendars {
  const ids = new Set(unreadable.map(({ graphId }) => graphId));
  const readable = (calendars: CalendarFound[]) => calendars.filter(({ graphId }) => !ids.has(graphId));
  return { own: readable(sorted.own), ownerless: readable(sorted.ownerless), ignored: [...sorted.ignored, ...unreadable] };
}

/**
 * Brings the mailbox's own calendars up to date and names those that are not read. A calendar that is listed no more
 * is asked for before its stream ends.
 */
export async function syncCalendars(mailbox: MailboxWork, addresses: readonly string[]): Promise<void> {
  const { graph, store, at, signal } = mailbox;
  const calendars = await retrying(() => graph.listCalendars({ userId: at.mailboxId }, callOptions(mailbox)), signal);
  const sorted = sortCalendars(calendars, addresses);
  const { own, ignored, ownerless } = without(sorted, await unreadableOf(mailbox, sorted.ownerless));
  await store.mailboxes.setCalendarsIgnored({ ...at, ignored, ownerless: ownerless.map(({ name }) => name) });
  const { unlisted } = await store.streams.setCalendars({ ...at, calendars: own });
  for (const stream of unlisted) {
    const nowIgnored = ignored.some((calendar) => calendar.graphId === stream.graphId);
    try {
      if (!nowIgnored) await retrying(askFor(mailbox, stream.graphId), signal);
      else await store.streams.end({ stream, asOf: mailbox.gate.now() });
    } catch (error) {
      if (!(error instanceof GraphError) || error.class !== 'notFound') throw error;
      await store.streams.end({ stream, asOf: mailbox.gate.sentAt() });
    }
  }
}
