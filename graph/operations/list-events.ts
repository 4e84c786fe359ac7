import { checkStoredLink, graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphEvent } from '../types.ts';
import type { YieldingQuery } from './yielding-query.ts';

const operation = 'listEvents';

/**
 * Lists a calendar's events: single ones and masters of series, with all that Trawl keeps when `whole`, else with what
 * tells a changed one (learn.microsoft.com/graph/api/calendar-list-events). Times are UTC.
 */
export const listEvents = (requests: Requests, query: YieldingQuery): Graph['listEvents'] => {
  const { graphOrigin } = requests;
  return async ({ userId, calendarId, link, whole, pageSize }, options) => {
    const read = async (url: string) => {
      const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
      return readListPage<GraphEvent>(answer, shapes.event, { operation, graphOrigin });
    };
    if (link !== null) return await read(checkStoredLink(link, graphOrigin, operation));
    const first = (select: Record<string, string>) =>
      graphAddress(graphOrigin, ['users', userId, 'calendars', calendarId, 'events'], { ...select, $top: pageSize });
    if (!whole) return await read(first({ $select: 'id,changeKey,type,sensitivity' }));
    return await query.ask((asked) => read(first(asked)));
  };
};
