import { checkStoredLink, graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readDeltaPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphMessage } from '../types.ts';
import type { YieldingQuery } from './yielding-query.ts';
import { messageKeysSelect } from './get-message.ts';

const operation = 'readMessageDelta';

/**
 * Reads a page of a folder's messages with all that Trawl keeps of them. The page size goes by Prefer: `$top` limits the
 * whole round, or is refused (learn.microsoft.com/graph/api/message-delta). The query of the first request is in the links.
 */
export const readMessageDelta = (requests: Requests, query: YieldingQuery): Graph['readMessageDelta'] => {
  const { graphOrigin } = requests;
  return async ({ userId, folderId, link, pageSize, keysOnly = false }, options) => {
    const read = async (url: string) => {
      const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
      return readDeltaPage<GraphMessage>(answer, shapes.message, { operation, graphOrigin });
    };
    if (link !== null) return await read(checkStoredLink(link, graphOrigin, operation));
    const first = ['users', userId, 'mailFolders', folderId, 'messages', 'delta'];
    if (keysOnly) return await read(graphAddress(graphOrigin, first, { $select: messageKeysSelect }));
    return await query.ask((asked) => read(graphAddress(graphOrigin, first, asked)));
  };
};
