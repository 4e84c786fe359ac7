import { graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphUser } from '../types.ts';
import { collectPages } from './collect-pages.ts';
import { quoted, userSelect } from './directory-selects.ts';

/** Finds users by an address of any kind; `/users/{address}` knows principal names only (learn.microsoft.com/graph/api/user-get). */
export const findUsers =
  (requests: Requests): Graph['findUsers'] =>
  async ({ address }, options) => {
    const filter = `mail eq ${quoted(address)} or userPrincipalName eq ${quoted(address)} or proxyAddresses/any(p:p eq ${quoted(`smtp:${address}`)})`;
    return collect({ requests, operation: 'findUsers', filter, options });
  };

/** The users of these ids that the directory still has; 15 ids at most, as many as `in` takes. */
export const listUsersById =
  (requests: Requests): Graph['listUsersById'] =>
  async ({ userIds }, options) =>
    collect({ requests, operation: 'listUsersById', filter: `id in (${userIds.map(quoted).join(',')})`, options });

async function collect(query: {
  requests: Requests;
  operation: string;
  filter: string;
  options: Parameters<Graph['findUsers']>[1];
}): Promise<GraphUser[]> {
  const { requests, operation, filter, options } = query;
  const { graphOrigin } = requests;
  const first = graphAddress(graphOrigin, ['users'], { $filter: filter, $select: userSelect });
  return collectPages<GraphUser>(first, operation, async (url) =>
    readListPage(await requests.getJson({ operation, url, options }), shapes.user, { operation, graphOrigin }),
  );
}
