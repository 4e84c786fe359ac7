import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'probeMailbox';

/** Asks for the inbox, which every mailbox has: Graph has no flag that tells whether a user has a mailbox. */
export const probeMailbox =
  (requests: Requests): Graph['probeMailbox'] =>
  async ({ userId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'mailFolders', 'inbox'], { $select: 'id' });
    readItem(await requests.getJson({ operation, url, headers: outlookHeaders(), options }), shapes.folder, operation);
  };
