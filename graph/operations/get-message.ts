import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphMessage } from '../types.ts';
import type { YieldingQuery } from './yielding-query.ts';

const operation = 'getMessage';

/** What tells a changed message from an unchanged one, and what Exchange gives of one that it cannot render. */
export const messageKeysSelect =
  'id,changeKey,parentFolderId,internetMessageId,conversationId,subject,createdDateTime,lastModifiedDateTime,receivedDateTime,sentDateTime,isRead,isDraft,importance';

/** Reads one message, whole, or without what Exchange has to render. */
export const getMessage =
  (requests: Requests, query: YieldingQuery): Graph['getMessage'] =>
  ({ userId, messageId, withoutBody = false }, options) => {
    const read = async (asked: Record<string, string>): Promise<GraphMessage> => {
      const url = graphAddress(requests.graphOrigin, ['users', userId, 'messages', messageId], asked);
      return readItem(await requests.getJson({ operation, url, headers: outlookHeaders(), options }), shapes.message, operation);
    };
    return withoutBody ? read({ $select: messageKeysSelect }) : query.ask(read);
  };
