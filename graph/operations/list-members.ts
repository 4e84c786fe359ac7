import { checkStoredLink, graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import { directoryPageSize } from './directory-selects.ts';

const select = 'id,displayName,mail,userPrincipalName,proxyAddresses,userType,accountEnabled,visibility';

/**
 * Lists everything within a group, flat over nesting: users, the nested groups themselves, contacts, devices, service
 * principals. Without a cast each tells its `@odata.type` (learn.microsoft.com/graph/api/group-list-transitivemembers).
 */
export const listTransitiveMembers = (requests: Requests): Graph['listTransitiveMembers'] => {
  const { graphOrigin } = requests;
  const operation = 'listTransitiveMembers';
  return async ({ groupId, link }, options) => {
    const url =
      link === null
        ? graphAddress(graphOrigin, ['groups', groupId, 'transitiveMembers'], { $select: select, $top: directoryPageSize })
        : checkStoredLink(link, graphOrigin, operation);
    return readListPage(await requests.getJson({ operation, url, options }), shapes.member, { operation, graphOrigin });
  };
};

/** Whether a group shows any direct member; throws GraphError of class `forbidden` where its membership may not be read. */
export const hasMembers = (requests: Requests): Graph['hasMembers'] => {
  const { graphOrigin } = requests;
  const operation = 'hasMembers';
  return async ({ groupId }, options) => {
    const url = graphAddress(graphOrigin, ['groups', groupId, 'members'], { $select: 'id', $top: 1 });
    const page = readListPage(await requests.getJson({ operation, url, options }), shapes.identified, { operation, graphOrigin });
    return page.items.length > 0;
  };
};
