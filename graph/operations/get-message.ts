import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import type { YieldingQuery } from './yielding-query.ts';

const operation = 'getMessage';

/** Reads one message, whole. */
export const getMessage =
  (requests: Requests, query: YieldingQuery): Graph['getMessage'] =>
  ({ userId, messageId }, options) =>
    query.ask(async (asked) => {
      const url = graphAddress(requests.graphOrigin, ['users', userId, 'messages', messageId], asked);
      return readItem(await requests.getJson({ operation, url, headers: outlookHeaders(), options }), shapes.message, operation);
    });
