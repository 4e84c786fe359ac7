import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes, type Shape } from '../schemas.ts';
import type { CallOptions, Graph, GraphCalendar } from '../types.ts';
import { collectPages } from './collect-pages.ts';

const operation = 'listCalendars';
const pageSize = 100;
const select = 'id,name,isDefaultCalendar,canEdit,owner';

/**
 * Lists a mailbox's calendars: its own list, and the list of each calendar group, since it is not sure that the first has
 * them all (learn.microsoft.com/graph/api/user-list-calendars).
 */
export const listCalendars = (requests: Requests): Graph['listCalendars'] => {
  const { graphOrigin } = requests;

  const readAll = <T extends { id: string }>(list: { segments: string[]; select: string; shape: Shape; options: CallOptions }) => {
    const first = graphAddress(graphOrigin, list.segments, { $select: list.select, $top: pageSize });
    return collectPages<T>(first, operation, async (url) => {
      const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options: list.options });
      return readListPage(answer, list.shape, { operation, graphOrigin });
    });
  };

  return async ({ userId }, options) => {
    const found = new Map<string, GraphCalendar>();
    const addFrom = async (segments: string[]) => {
      const calendars = await readAll<GraphCalendar>({ segments, select, shape: shapes.calendar, options });
      for (const calendar of calendars) if (!found.has(calendar.id)) found.set(calendar.id, calendar);
    };
    await addFrom(['users', userId, 'calendars']);
    const groups = await readAll<{ id: string }>({
      segments: ['users', userId, 'calendarGroups'],
      select: 'id',
      shape: shapes.identified,
      options,
    });
    for (const group of groups) await addFrom(['users', userId, 'calendarGroups', group.id, 'calendars']);
    return [...found.values()];
  };
};
