import type { EventPatch } from '../data/calendar-changes.ts';
import type { Change } from '../data/changes.ts';
import { hasMailbox, type EventContent, type EventResponse, type User } from '../data/model.ts';
import type { World } from '../data/world.ts';

/** Where a colleague's copy of a meeting is: in the default calendar, under the organizer's key. */
interface Copy {
  readonly user: User;
  readonly calendar: string;
}

function copiesFor(world: World, of: { content: EventContent; organizerId: string }): Copy[] {
  const seen = new Set([of.organizerId]);
  return of.content.attendees.flatMap(({ address }): Copy[] => {
    const user = world.findUser(address);
    if (!user || !hasMailbox(user.class) || seen.has(user.id)) return [];
    seen.add(user.id);
    const calendar = world.mailbox(user)?.calendars.all.find(({ isDefault }) => isDefault);
    return calendar ? [{ user, calendar: calendar.key }] : [];
  });
}

/** A meeting stands in its attendees' calendars as soon as it is made, unanswered: learn.microsoft.com/graph/api/user-post-events. */
export function invitations(world: World, of: { key: string; content: EventContent; organizerId: string }): Change[] {
  const { transactionId: _id, ...content } = of.content;
  const event: EventContent = { ...content, isOrganizer: false, showAs: 'tentative', responseStatus: { response: 'notResponded' } };
  return copiesFor(world, of).map(({ user, calendar }): Change => ({ op: 'event.add', key: of.key, calendar, event, mailbox: user.id }));
}

/** What the organizer changes, the attendees' copies take over, but for their own answers and reminders. */
export function updates(world: World, of: { key: string; content: EventContent; organizerId: string; patch: EventPatch }): Change[] {
  const { categories: _c, reminderMinutes: _m, isReminderOn: _r, showAs: _s, transactionId: _t, ...patch } = of.patch;
  return copiesFor(world, of).flatMap(({ user, calendar }): Change[] => {
    const copy = world.mailbox(user)!.calendars.event(calendar, of.key);
    return copy ? [{ op: 'event.edit', key: of.key, calendar, patch, mailbox: user.id }] : [];
  });
}

/** An attendee's answer as the organizer's calendar shows it. */
export function answerToOrganizer(
  world: World,
  of: {
    key: string;
    content: EventContent;
    attendee: string;
    response: EventResponse;
    proposal: { startMs: number; endMs: number } | undefined;
  },
): Change[] {
  const organizer = world.findUser(of.content.organizer.address);
  const calendars = organizer && world.mailbox(organizer)?.calendars;
  const calendar = calendars?.all.find(({ isDefault }) => isDefault);
  const event = calendar && calendars?.event(calendar.key, of.key);
  if (!organizer || !calendar || !event) return [];
  const attendees = event.load().attendees.map((attendee) => {
    if (attendee.address.toLowerCase() !== of.attendee.toLowerCase()) return attendee;
    const { proposedNewTime: _old, ...kept } = attendee;
    const proposal = of.proposal ? { proposedNewTime: of.proposal } : {};
    return { ...kept, response: of.response, respondedMs: world.clock.nowMs(), ...proposal };
  });
  return [{ op: 'event.edit', key: of.key, calendar: calendar.key, patch: { attendees }, mailbox: organizer.id }];
}
