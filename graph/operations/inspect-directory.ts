import { graphAddress } from '../address.ts';
import type { Inspector, SampledUser } from '../inspector-types.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { GraphGroup } from '../types.ts';
import { directoryPageSize, quoted, userSelect } from './directory-selects.ts';

const sampledUsers = 100;

interface Named {
  id: string;
  displayName?: string | null;
}

type Asked = Pick<Inspector, 'getTenantName' | 'getAppName' | 'sampleUsers' | 'sampleGroups'>;

/** What a test of a credential asks of the directory; of each list the first page alone. */
export function inspectDirectory(requests: Requests): Asked {
  const { graphOrigin } = requests;
  return {
    async getTenantName(options) {
      const operation = 'getTenantName';
      const url = graphAddress(graphOrigin, ['organization'], { $select: 'id,displayName' });
      const page = readListPage<Named>(await requests.getJson({ operation, url, options }), shapes.named, { operation, graphOrigin });
      return page.items[0]?.displayName ?? null;
    },

    async getAppName({ clientId }, options) {
      const operation = 'getAppName';
      const query = { $filter: `appId eq ${quoted(clientId)}`, $select: 'id,displayName' };
      const url = graphAddress(graphOrigin, ['servicePrincipals'], query);
      const page = readListPage<Named>(await requests.getJson({ operation, url, options }), shapes.named, { operation, graphOrigin });
      return page.items[0]?.displayName ?? null;
    },

    async sampleUsers(options) {
      const operation = 'sampleUsers';
      const url = graphAddress(graphOrigin, ['users'], { $select: `${userSelect},assignedPlans`, $top: sampledUsers });
      const answer = await requests.getJson({ operation, url, options });
      return readListPage<SampledUser>(answer, shapes.sampledUser, { operation, graphOrigin }).items;
    },

    async sampleGroups(options) {
      const operation = 'sampleGroups';
      const url = graphAddress(graphOrigin, ['groups'], { $select: 'id,visibility', $top: directoryPageSize });
      const answer = await requests.getJson({ operation, url, options });
      return readListPage<GraphGroup>(answer, shapes.group, { operation, graphOrigin }).items;
    },
  };
}
