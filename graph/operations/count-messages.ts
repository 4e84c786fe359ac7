import { graphAddress } from '../address.ts';
import { GraphError } from '../graph-error.ts';
import { outlookHeaders } from '../prefer.ts';
import type { Requests } from '../requests.ts';
import type { Graph } from '../types.ts';

const operation = 'countMessages';

/** Counts a folder's messages as Exchange does: a reason to look when it differs, not a proof. */
export const countMessages =
  (requests: Requests): Graph['countMessages'] =>
  async ({ userId, folderId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'mailFolders', folderId, 'messages', '$count']);
    const headers = { ...outlookHeaders(), Accept: 'text/plain' };
    const text = (await requests.getText({ operation, url, headers, options })).trim();
    if (!/^\d{1,15}$/.test(text)) throw new GraphError({ operation, code: 'TrawlUnreadableAnswer', status: 200, detail: 'not a number' });
    return Number(text);
  };
