import { graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphDomain } from '../types.ts';
import { collectPages } from './collect-pages.ts';

const operation = 'listDomains';

/** Lists the tenant's domains, verified or not: the directory does not filter by that (learn.microsoft.com/graph/api/domain-list). */
export const listDomains =
  (requests: Requests): Graph['listDomains'] =>
  async (options) => {
    const { graphOrigin } = requests;
    const first = graphAddress(graphOrigin, ['domains'], { $select: 'id,isVerified' });
    return collectPages<GraphDomain>(first, operation, async (url) =>
      readListPage(await requests.getJson({ operation, url, options }), shapes.domain, { operation, graphOrigin }),
    );
  };
