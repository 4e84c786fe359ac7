import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readCount } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import type { Graph } from '../types.ts';

const operation = 'countEvents';

/** Counts a calendar's single events and masters of series, as `listEvents` lists them. */
export const countEvents =
  (requests: Requests): Graph['countEvents'] =>
  async ({ userId, calendarId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'calendars', calendarId, 'events', '$count']);
    const headers = { ...outlookHeaders(), Accept: 'text/plain' };
    return readCount(await requests.getText({ operation, url, headers, options }), operation);
  };
