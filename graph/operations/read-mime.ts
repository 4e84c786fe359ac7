import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import type { Requests } from '../requests.ts';
import type { Graph } from '../types.ts';

const operation = 'readMime';

/** Reads a message's MIME form as it comes (learn.microsoft.com/graph/outlook-get-mime-message): Exchange makes it for the asking. */
export const readMime =
  (requests: Requests): Graph['readMime'] =>
  ({ userId, messageId }, { onChunk, ...options }) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'messages', messageId, '$value']);
    return requests.getChunks(
      { operation, url, headers: { ...outlookHeaders(), Accept: '*/*', 'Accept-Encoding': 'identity' }, options },
      onChunk,
    );
  };
