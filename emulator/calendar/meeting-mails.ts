import type { Change, StoredMessage } from '../data/changes.ts';
import type { EventContent, MeetingContent, Person } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { deliveries } from '../mail/writing/deliver.ts';

/** As Outlook begins the subject; an invitation has the meeting's own. */
const SUBJECT_PREFIXES: Readonly<Record<MeetingContent['kind'], string>> = {
  request: '',
  cancelled: 'Canceled: ',
  accepted: 'Accepted: ',
  tentativelyAccepted: 'Tentative: ',
  declined: 'Declined: ',
};

/** Invitations, answers and cancellations arrive as event messages: learn.microsoft.com/graph/api/resources/eventmessage. */
export function meetingMail(
  world: World,
  of: { content: EventContent; kind: MeetingContent['kind']; from: Person; to: readonly Person[]; comment?: string | undefined },
): Change[] {
  const { content, kind, from, comment } = of;
  const own = from.address.toLowerCase();
  const to = of.to.filter(({ address }) => address.toLowerCase() !== own).map(({ name, address }) => ({ name, address }));
  if (to.length === 0) return [];
  const { startMs, endMs, isAllDay, location, recurrence } = content;
  const sentMs = Math.floor(world.clock.nowMs() / 1_000) * 1_000;
  const message: StoredMessage = {
    subject: `${SUBJECT_PREFIXES[kind]}${content.subject}`,
    body: comment === undefined ? content.body : { contentType: 'text', content: comment },
    ...{ from, sender: from, to, conversation: content.iCalUId, sentMs, receivedMs: sentMs, isRead: false },
    meeting: { kind, uid: content.iCalUId, startMs, endMs, isAllDay, location, recurrence },
  };
  return deliveries(world, { message, sentMs });
}
