import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphMessage } from '../types.ts';
import { messageKeysSelect } from './get-message.ts';
import type { YieldingQuery } from './yielding-query.ts';

const operation = 'listMessages';

/**
 * Lists a folder's messages by time of receipt, oldest first. What sorts must filter too, and first, or Exchange refuses it
 * (learn.microsoft.com/graph/api/user-list-messages). The caller asks by time and never by Graph's link: links of lists end
 * early and run ahead (github.com/microsoftgraph/microsoft-graph-docs/issues/2153).
 */
export const listMessages = (requests: Requests, query: YieldingQuery): Graph['listMessages'] => {
  const { graphOrigin } = requests;
  return async ({ userId, folderId, from, before, skip, whole, pageSize }, options) => {
    const bounds = [from === null ? null : `receivedDateTime ge ${from}`, before === null ? null : `receivedDateTime lt ${before}`];
    const filter = bounds.filter((bound) => bound !== null).join(' and ');
    const read = async (asked: Record<string, string>) => {
      const url = graphAddress(graphOrigin, ['users', userId, 'mailFolders', folderId, 'messages'], {
        ...asked,
        ...(filter === '' ? {} : { $filter: filter }),
        $orderby: 'receivedDateTime',
        $top: pageSize,
        ...(skip > 0 ? { $skip: skip } : {}),
      });
      const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
      return readListPage<GraphMessage>(answer, shapes.message, { operation, graphOrigin });
    };
    return whole ? await query.ask(read) : await read({ $select: messageKeysSelect });
  };
};
