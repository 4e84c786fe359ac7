import { checkStoredLink, graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import { eventSelect } from './get-event.ts';

const operation = 'listEvents';

/**
 * Lists a calendar's events: single ones and masters of series, with all that Trawl keeps when `whole`, else with what
 * tells a changed one (learn.microsoft.com/graph/api/calendar-list-events). Times are UTC.
 */
export const listEvents = (requests: Requests): Graph['listEvents'] => {
  const { graphOrigin } = requests;
  return async ({ userId, calendarId, link, whole, pageSize }, options) => {
    const query = { $select: whole ? eventSelect : 'id,changeKey,type', $top: pageSize };
    const url =
      link === null
        ? graphAddress(graphOrigin, ['users', userId, 'calendars', calendarId, 'events'], query)
        : checkStoredLink(link, graphOrigin, operation);
    const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
    return readListPage(answer, shapes.event, { operation, graphOrigin });
  };
};
