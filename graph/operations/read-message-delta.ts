import { checkStoredLink, graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readDeltaPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import { messageKeysSelect, messageSelect } from './get-message.ts';

const operation = 'readMessageDelta';

/**
 * Reads a page of a folder's messages with all that Trawl keeps of them. The page size goes by Prefer: `$top` limits the
 * whole round, or is refused (learn.microsoft.com/graph/api/message-delta). The query of the first request is in the links.
 */
export const readMessageDelta = (requests: Requests): Graph['readMessageDelta'] => {
  const { graphOrigin } = requests;
  return async ({ userId, folderId, link, pageSize, keysOnly = false }, options) => {
    const url =
      link === null
        ? graphAddress(graphOrigin, ['users', userId, 'mailFolders', folderId, 'messages', 'delta'], {
            $select: keysOnly ? messageKeysSelect : messageSelect,
          })
        : checkStoredLink(link, graphOrigin, operation);
    const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
    return readDeltaPage(answer, shapes.message, { operation, graphOrigin });
  };
};
