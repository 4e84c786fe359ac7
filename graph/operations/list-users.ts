import { checkStoredLink, graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'listUsers';
const select = 'id,displayName,mail,userPrincipalName,proxyAddresses,userType,accountEnabled';

/** Lists the directory's users, 999 to a page, which is the most (learn.microsoft.com/graph/api/user-list). */
export const listUsers = (requests: Requests): Graph['listUsers'] => {
  const { graphOrigin } = requests;
  return async ({ link }, options) => {
    const url =
      link === null ? graphAddress(graphOrigin, ['users'], { $select: select, $top: 999 }) : checkStoredLink(link, graphOrigin, operation);
    return readListPage(await requests.getJson({ operation, url, options }), shapes.user, { operation, graphOrigin });
  };
};
