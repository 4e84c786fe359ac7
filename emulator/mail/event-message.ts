import { wallClock } from '../calendar/time-zones.ts';
import type { MeetingContent, MessageContent } from '../data/model.ts';
import type { Preferences } from '../http/request.ts';

const COMMON = [
  'meetingMessageType',
  'type',
  'isOutOfDate',
  'isAllDay',
  'isDelegated',
  'startDateTime',
  'endDateTime',
  'location',
  'recurrence',
];
const OF_REQUEST = [
  'meetingRequestType',
  'responseRequested',
  'allowNewTimeProposals',
  'previousStartDateTime',
  'previousEndDateTime',
  'previousLocation',
];
const OF_RESPONSE = ['responseType', 'proposedNewTime'];

/** What the types eventMessage, eventMessageRequest and eventMessageResponse have beyond a message. */
export const EVENT_MESSAGE_PROPERTIES: readonly string[] = [...COMMON, ...OF_REQUEST, ...OF_RESPONSE];

/** Microsoft's spelling of the third is without an a: the enumeration meetingMessageType. */
const MESSAGE_TYPES: Readonly<Record<MeetingContent['kind'], string>> = {
  request: 'meetingRequest',
  cancelled: 'meetingCancelled',
  accepted: 'meetingAccepted',
  tentativelyAccepted: 'meetingTenativelyAccepted',
  declined: 'meetingDeclined',
};

/** Type and properties of a message about a meeting; undefined for any other. */
export function eventMessageParts(
  { meeting }: MessageContent,
  prefer: Preferences,
): { readonly type: string; readonly values: Readonly<Record<string, unknown>> } | undefined {
  if (!meeting) return undefined;
  const timeZone = prefer.timeZone ?? 'UTC';
  const moment = (timeMs: number) => ({ dateTime: wallClock(timeMs, timeZone), timeZone });
  const common = {
    meetingMessageType: MESSAGE_TYPES[meeting.kind],
    type: meeting.recurrence ? 'seriesMaster' : 'singleInstance',
    isOutOfDate: meeting.isOutOfDate ?? false,
    isAllDay: meeting.isAllDay,
    isDelegated: false,
    startDateTime: moment(meeting.startMs),
    endDateTime: moment(meeting.endMs),
    location: { displayName: meeting.location, locationType: 'default', uniqueIdType: 'unknown' },
    recurrence: meeting.recurrence,
  };
  if (meeting.kind === 'cancelled') return { type: '#microsoft.graph.eventMessage', values: common };
  if (meeting.kind === 'request') {
    const meetingRequestType = meeting.isOutOfDate ? 'outdated' : 'newMeetingRequest';
    const previous = { previousStartDateTime: null, previousEndDateTime: null, previousLocation: null };
    const values = { ...common, meetingRequestType, responseRequested: true, allowNewTimeProposals: true, ...previous };
    return { type: '#microsoft.graph.eventMessageRequest', values };
  }
  return { type: '#microsoft.graph.eventMessageResponse', values: { ...common, responseType: meeting.kind, proposedNewTime: null } };
}

/** The class that MAPI names an item's kind with. */
export function messageClassOf({ meeting }: MessageContent): string {
  if (!meeting) return 'IPM.Note';
  if (meeting.kind === 'request') return 'IPM.Schedule.Meeting.Request';
  if (meeting.kind === 'cancelled') return 'IPM.Schedule.Meeting.Canceled';
  return {
    accepted: 'IPM.Schedule.Meeting.Resp.Pos',
    tentativelyAccepted: 'IPM.Schedule.Meeting.Resp.Tent',
    declined: 'IPM.Schedule.Meeting.Resp.Neg',
  }[meeting.kind];
}
