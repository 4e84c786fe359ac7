import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'getMessage';

/** What Trawl keeps of a message. */
export const messageSelect = [
  'id,changeKey,parentFolderId,internetMessageId,conversationId,subject,bodyPreview,body,from,sender',
  'toRecipients,ccRecipients,bccRecipients,replyTo,createdDateTime,lastModifiedDateTime,receivedDateTime,sentDateTime',
  'hasAttachments,importance,categories,isRead,isDraft,flag,webLink',
].join(',');

/** What tells a changed message from an unchanged one, and what Exchange gives of one that it cannot render. */
export const messageKeysSelect =
  'id,changeKey,parentFolderId,internetMessageId,conversationId,subject,createdDateTime,lastModifiedDateTime,receivedDateTime,sentDateTime,isRead,isDraft,importance';

/** Reads one message, whole, or without what Exchange has to render. */
export const getMessage =
  (requests: Requests): Graph['getMessage'] =>
  async ({ userId, messageId, withoutBody = false }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'messages', messageId], {
      $select: withoutBody ? messageKeysSelect : messageSelect,
    });
    return readItem(await requests.getJson({ operation, url, headers: outlookHeaders(), options }), shapes.message, operation);
  };
