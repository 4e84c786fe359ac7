import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphAttachment, GraphListedAttachments } from '../types.ts';

type Listed = GraphListedAttachments & { attachments: GraphAttachment[] };

const operation = 'listWithAttachments';

/** An expansion gives so many at most, and no link to the rest (learn.microsoft.com/graph/known-issues#query-parameter-limitations). */
const mostExpanded = 20;

/** None at all is no proof that there are none; as many as an expansion gives may not be all. */
const isWhole = ({ attachments: { length }, ...rest }: Listed): boolean =>
  length > 0 && length < mostExpanded && !('attachments@odata.nextLink' in rest);

/**
 * Lists messages of a folder with the contents of their attachments. Several ids cannot be filtered by, so that a range of time
 * is. Messages without the shape are left out: who misses one reads it singly.
 */
export const listWithAttachments = (requests: Requests): Graph['listWithAttachments'] => {
  const { graphOrigin } = requests;
  return async ({ userId, folderId, from, before, attachedOnly, most, maxBytes }, options) => {
    const filter = [`receivedDateTime ge ${from}`, `receivedDateTime lt ${before}`, ...(attachedOnly ? ['hasAttachments eq true'] : [])];
    const url = graphAddress(graphOrigin, ['users', userId, 'mailFolders', folderId, 'messages'], {
      $select: 'id,changeKey,receivedDateTime',
      $expand: 'attachments',
      $filter: filter.join(' and '),
      $orderby: 'receivedDateTime',
      $top: most,
    });
    let bytes = 0;
    const request = { operation, url, headers: outlookHeaders(most), maxBytes, onBytes: (read: number) => (bytes = read), options };
    const page = readListPage<Listed>(await requests.getJson(request), shapes.listedAttachments, {
      operation,
      graphOrigin,
    });
    const messages = page.items.map((message): GraphListedAttachments => {
      const { id, changeKey, receivedDateTime, attachments } = message;
      return { id, changeKey, receivedDateTime, attachments: isWhole(message) ? attachments : null };
    });
    return { messages, bytes, more: page.next !== null || messages.length >= most };
  };
};
