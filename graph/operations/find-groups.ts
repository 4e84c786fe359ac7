import { graphAddress } from '../address.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphGroup } from '../types.ts';
import { collectPages } from './collect-pages.ts';
import { quoted } from './directory-selects.ts';

const operation = 'findGroups';
const select = 'id,displayName,mail,mailEnabled,securityEnabled,groupTypes,visibility';

/** Finds groups by an address; dynamic distribution lists of Exchange are not in the directory, so none of them is found. */
export const findGroups =
  (requests: Requests): Graph['findGroups'] =>
  async ({ address }, options) => {
    const { graphOrigin } = requests;
    const filter = `mail eq ${quoted(address)} or proxyAddresses/any(p:p eq ${quoted(`smtp:${address}`)})`;
    const first = graphAddress(graphOrigin, ['groups'], { $filter: filter, $select: select });
    return collectPages<GraphGroup>(first, operation, async (url) =>
      readListPage(await requests.getJson({ operation, url, options }), shapes.group, { operation, graphOrigin }),
    );
  };
