import { checkStoredLink, graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'listInstances';

/** Lists the occurrences of a series in a window, with what tells a changed one (learn.microsoft.com/graph/api/event-list-instances). */
export const listInstances = (requests: Requests): Graph['listInstances'] => {
  const { graphOrigin } = requests;
  return async ({ userId, eventId, from, to, link, pageSize }, options) => {
    const query = {
      startDateTime: from.toISOString(),
      endDateTime: to.toISOString(),
      $select: 'id,changeKey,type,originalStart,seriesMasterId,sensitivity',
      $top: pageSize,
    };
    const url =
      link === null
        ? graphAddress(graphOrigin, ['users', userId, 'events', eventId, 'instances'], query)
        : checkStoredLink(link, graphOrigin, operation);
    const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
    return readListPage(answer, shapes.event, { operation, graphOrigin });
  };
};
