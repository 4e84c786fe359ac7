import { renderEvent } from '../calendar/render-event.ts';
import type { EventView } from '../data/calendar-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import type { MailboxContext } from '../http/graph-context.ts';

/** The event that a meeting message is about, if the mailbox has it. */
export function eventByUid(mailbox: MailboxState, uid: string): EventView | undefined {
  for (const calendar of mailbox.calendars.all) {
    for (const key of mailbox.calendars.eventKeys(calendar)) {
      const event = mailbox.calendars.event(calendar.key, key);
      if (event?.load().iCalUId === uid) return event;
    }
  }
  return undefined;
}

export function renderEventOf({ mailbox, request }: MailboxContext, event: EventView | undefined): object | null {
  return event ? { '@odata.type': '#microsoft.graph.event', ...renderEvent(mailbox, event, { prefer: request.prefer }) } : null;
}
