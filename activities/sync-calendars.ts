import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { sortCalendars } from './own-calendars.ts';
import { retrying } from './retrying.ts';

/**
 * Brings the mailbox's own calendars up to date and names those that are not read. A calendar that is listed no more
 * is asked for before its stream ends.
 */
export async function syncCalendars(mailbox: MailboxWork, addresses: readonly string[]): Promise<void> {
  const { graph, store, at, signal } = mailbox;
  const calendars = await retrying(() => graph.listCalendars({ userId: at.mailboxId }, callOptions(mailbox)), signal);
  const { own, ignored } = sortCalendars(calendars, addresses);
  await store.mailboxes.setCalendarsIgnored({ ...at, ignored });
  const { unlisted } = await store.streams.setCalendars({ ...at, calendars: own });
  for (const stream of unlisted) {
    const ask = () =>
      graph.listEvents({ userId: at.mailboxId, calendarId: stream.graphId, link: null, whole: false, pageSize: 1 }, callOptions(mailbox));
    const nowIgnored = ignored.some((calendar) => calendar.graphId === stream.graphId);
    try {
      if (!nowIgnored) await retrying(ask, signal);
      else await store.streams.end({ stream, asOf: mailbox.gate.now() });
    } catch (error) {
      if (!(error instanceof GraphError) || error.class !== 'notFound') throw error;
      await store.streams.end({ stream, asOf: mailbox.gate.sentAt() });
    }
  }
}
