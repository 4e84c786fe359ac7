import { graphAddress } from '../address.ts';
import { GraphError } from '../graph-error.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphAttachment } from '../types.ts';
import { collectPages } from './collect-pages.ts';

const operation = 'listAttachments';
const metadata = 'id,name,contentType,size,isInline';
/** Only file attachments have a content id: it must be asked for by their type, its plain name is refused with 400. */
const metadataAndContentId = `${metadata},microsoft.graph.fileAttachment/contentId`;

/**
 * Lists a message's attachments, each once. Paging of this list is not dependable, so that one large page is asked for, and
 * links are followed where they come. A service that refuses the content id is asked without it from then on.
 */
export const listAttachments = (requests: Requests): Graph['listAttachments'] => {
  const { graphOrigin } = requests;
  let contentIdRefused = false;

  return async ({ userId, messageId, withContent, maxBytes }, options) => {
    const read = (select: string | null) => {
      const first = graphAddress(
        graphOrigin,
        ['users', userId, 'messages', messageId, 'attachments'],
        select === null ? {} : { $select: select },
      );
      let bytesRead = 0;
      const onBytes = (bytes: number) => (bytesRead += bytes);
      return collectPages<GraphAttachment>(first, operation, async (url) => {
        const request = { operation, url, headers: outlookHeaders(999), maxBytes: maxBytes - bytesRead, onBytes, options };
        const answer = await requests.getJson(request);
        return readListPage(answer, shapes.attachment, { operation, graphOrigin });
      });
    };
    if (withContent) return read(null);
    if (contentIdRefused) return read(metadata);
    try {
      return await read(metadataAndContentId);
    } catch (error) {
      if (!(error instanceof GraphError) || error.status !== 400) throw error;
      const found = await read(metadata);
      contentIdRefused = true;
      return found;
    }
  };
};
