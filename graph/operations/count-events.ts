import { graphAddress } from '../address.ts';
import { GraphError } from '../graph-error.ts';
import { outlookHeaders } from '../prefer.ts';
import type { Requests } from '../requests.ts';
import type { Graph } from '../types.ts';

const operation = 'countEvents';

/** Counts a calendar's single events and masters of series as Exchange does. */
export const countEvents =
  (requests: Requests): Graph['countEvents'] =>
  async ({ userId, calendarId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'calendars', calendarId, 'events', '$count']);
    const headers = { ...outlookHeaders(), Accept: 'text/plain' };
    const text = (await requests.getText({ operation, url, headers, options })).trim();
    if (!/^\d{1,15}$/.test(text)) throw new GraphError({ operation, code: 'TrawlUnreadableAnswer', status: 200, detail: 'not a number' });
    return Number(text);
  };
