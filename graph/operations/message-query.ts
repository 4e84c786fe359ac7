import { createYieldingQuery, type YieldingQuery } from './yielding-query.ts';

/** What Trawl keeps of a message. Headers come by `$select` alone (learn.microsoft.com/graph/api/resources/message). */
const messageSelect = [
  'id,changeKey,parentFolderId,internetMessageId,conversationId,conversationIndex,subject,bodyPreview,body,from,sender',
  'toRecipients,ccRecipients,bccRecipients,replyTo,createdDateTime,lastModifiedDateTime,receivedDateTime,sentDateTime',
  'hasAttachments,importance,categories,isRead,isDraft,flag,inferenceClassification,isReadReceiptRequested',
  'isDeliveryReceiptRequested,internetMessageHeaders,webLink',
].join(',');

/** What messages about meetings have beyond that; properties of derived types are named with their type. */
const meetingSelect = [
  ...['meetingMessageType', 'startDateTime', 'endDateTime', 'isAllDay', 'isOutOfDate', 'location', 'recurrence'].map(
    (name) => `microsoft.graph.eventMessage/${name}`,
  ),
  'microsoft.graph.eventMessageRequest/meetingRequestType',
  'microsoft.graph.eventMessageResponse/responseType',
].join(',');

/** The event comes with its message, so that no meeting costs a request of its own (learn.microsoft.com/graph/api/eventmessage-get). */
const meetingExpand = 'microsoft.graph.eventMessage/event($select=id,iCalUId,organizer,seriesMasterId)';

const plain = { $select: messageSelect };
/** Everything that Trawl asks of a message. */
export const wholeMessage = { $select: `${messageSelect},${meetingSelect}`, $expand: meetingExpand };

/** One for the reading of pages and one for single messages: what the one refuses the other may take. */
export const createMessageQuery = (): YieldingQuery => createYieldingQuery({ whole: wholeMessage, plain });
