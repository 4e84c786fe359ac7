import { GraphError } from '../graph-error.ts';

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
const whole = { $select: `${messageSelect},${meetingSelect}`, $expand: meetingExpand };

export interface MessageQuery {
  /**
   * Asks with all that Trawl keeps. A service that refuses what meetings have beyond messages (400) is asked without it, from
   * then on when that helped.
   */
  ask<T>(read: (query: Record<string, string>) => Promise<T>): Promise<T>;
}

/** One for the reading of pages and one for single messages: what the one refuses the other may take. */
export function createMessageQuery(): MessageQuery {
  let refused = false;
  return {
    async ask(read) {
      if (refused) return await read(plain);
      try {
        return await read(whole);
      } catch (error) {
        if (!(error instanceof GraphError) || error.status !== 400 || error.class === 'resync') throw error;
        const answer = await read(plain);
        refused = true;
        return answer;
      }
    },
  };
}
