import { checkStoredLink, graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import { directoryPageSize } from './directory-selects.ts';

/** Lists what a user is in, flat over nesting (learn.microsoft.com/graph/api/user-list-transitivememberof). */
export const listMemberOf = (requests: Requests): Graph['listMemberOf'] => {
  const { graphOrigin } = requests;
  const operation = 'listMemberOf';
  return async ({ userId, link }, options) => {
    const url =
      link === null
        ? graphAddress(graphOrigin, ['users', userId, 'transitiveMemberOf'], { $select: 'id', $top: directoryPageSize })
        : checkStoredLink(link, graphOrigin, operation);
    return readListPage(await requests.getJson({ operation, url, options }), shapes.member, { operation, graphOrigin });
  };
};
