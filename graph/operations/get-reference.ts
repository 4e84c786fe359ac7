import { betaAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphReference } from '../types.ts';

const operation = 'getReference';

/**
 * Where an attachment that is only a link leads. v1.0 has no property for that: beta alone tells it
 * (learn.microsoft.com/graph/api/resources/referenceattachment?view=graph-rest-beta).
 */
export const getReference =
  (requests: Requests): Graph['getReference'] =>
  async ({ userId, messageId, attachmentId }, options) => {
    const url = betaAddress(requests.graphOrigin, ['users', userId, 'messages', messageId, 'attachments', attachmentId]);
    const answer = await requests.getJson({ operation, url, headers: outlookHeaders(), options });
    return readItem<GraphReference>(answer, shapes.reference, operation);
  };
