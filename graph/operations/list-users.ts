import { checkStoredLink, graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import { directoryPageSize, userSelect } from './directory-selects.ts';

const operation = 'listUsers';

/** Lists the directory's users. */
export const listUsers = (requests: Requests): Graph['listUsers'] => {
  const { graphOrigin } = requests;
  return async ({ link }, options) => {
    const url =
      link === null
        ? graphAddress(graphOrigin, ['users'], { $select: userSelect, $top: directoryPageSize })
        : checkStoredLink(link, graphOrigin, operation);
    return readListPage(await requests.getJson({ operation, url, options }), shapes.user, { operation, graphOrigin });
  };
};
