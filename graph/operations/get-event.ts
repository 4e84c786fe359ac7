import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import type { YieldingQuery } from './yielding-query.ts';

const operation = 'getEvent';

/** Reads one event, master or occurrence, whole. Times are UTC. */
export const getEvent =
  (requests: Requests, query: YieldingQuery): Graph['getEvent'] =>
  ({ userId, eventId }, options) =>
    query.ask(async (asked) => {
      const url = graphAddress(requests.graphOrigin, ['users', userId, 'events', eventId], asked);
      return readItem(await requests.getJson({ operation, url, headers: outlookHeaders(), options }), shapes.event, operation);
    });
