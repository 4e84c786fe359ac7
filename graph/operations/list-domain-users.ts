import { checkStoredLink, graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import { directoryPageSize, eventual, quoted, userSelect } from './directory-selects.ts';

const operation = 'listDomainUsers';

/**
 * Lists users with an address in a domain: mail, principal name or any alias. endsWith works on these, in advanced queries
 * only (learn.microsoft.com/graph/aad-advanced-queries). The `@` keeps sub-domains out.
 */
export const listDomainUsers = (requests: Requests): Graph['listDomainUsers'] => {
  const { graphOrigin } = requests;
  return async ({ domain, link }, options) => {
    const end = quoted(`@${domain}`);
    const filter = `endsWith(mail,${end}) or endsWith(userPrincipalName,${end}) or proxyAddresses/any(p:endsWith(p,${end}))`;
    const query = { $filter: filter, $count: 'true', $select: userSelect, $top: directoryPageSize };
    const url = link === null ? graphAddress(graphOrigin, ['users'], query) : checkStoredLink(link, graphOrigin, operation);
    return readListPage(await requests.getJson({ operation, url, headers: eventual, options }), shapes.user, { operation, graphOrigin });
  };
};
