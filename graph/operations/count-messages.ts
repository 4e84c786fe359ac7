import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readCount } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import type { Graph } from '../types.ts';

const operation = 'countMessages';

/** Counts a folder's messages as Exchange does, all or those received from a time on: a reason to look, not a proof. */
export const countMessages =
  (requests: Requests): Graph['countMessages'] =>
  async ({ userId, folderId, receivedFrom = null }, options) => {
    const query: Record<string, string> = receivedFrom === null ? {} : { $filter: `receivedDateTime ge ${receivedFrom}` };
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'mailFolders', folderId, 'messages', '$count'], query);
    const headers = { ...outlookHeaders(), Accept: 'text/plain' };
    return readCount(await requests.getText({ operation, url, headers, options }), operation);
  };
