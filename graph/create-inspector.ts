import { checkOrigin } from './address.ts';
import { askEntra, type EntraApp } from './ask-entra.ts';
import { readAuthorities } from './authorities.ts';
import type { GraphSettings } from './create-graph.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { createHttpAgent } from './http-agent.ts';
import type { Inspector } from './inspector-types.ts';
import { findGroups } from './operations/find-groups.ts';
import { findUsers, listUsersById } from './operations/find-users.ts';
import { getArchiveId } from './operations/get-archive-id.ts';
import { getRootFolderId } from './operations/get-root-folder-id.ts';
import { getUserHints } from './operations/get-user-hints.ts';
import { getUserPurpose } from './operations/get-user-purpose.ts';
import { inspectDirectory } from './operations/inspect-directory.ts';
import { inspectItems } from './operations/inspect-items.ts';
import { listAttachments } from './operations/list-attachments.ts';
import { listDomainUsers } from './operations/list-domain-users.ts';
import { listDomains } from './operations/list-domains.ts';
import { listFolders } from './operations/list-folders.ts';
import { hasMembers, listTransitiveMembers } from './operations/list-members.ts';
import { listUsers } from './operations/list-users.ts';
import { probeMailbox } from './operations/probe-mailbox.ts';
import { createRequests } from './requests.ts';
import { readTokenClaims } from './token-claims.ts';
import type { Tokens } from './tokens.ts';

/**
 * Makes what a test of a credential asks Microsoft with. Its token comes from the token endpoint itself, since
 * `@azure/identity` loses the cause of a refusal, and is a new one: a permission granted a moment ago is only in the next
 * token. Throws as `createGraph` does; `close` ends the connections.
 */
export function createInspector(settings: GraphSettings): Inspector {
  const { connections, requestTimeoutMs = 25_000, onRequest, tenantId, clientId, login } = settings;
  const authority = checkOrigin(settings.endpoints.authority, 'authority');
  const graphOrigin = checkOrigin(settings.endpoints.graph, 'Graph');
  const agent = createHttpAgent({ connections, requestTimeoutMs, authorities: readAuthorities(settings.extraCaFile) });
  const app: EntraApp = { authority, graph: graphOrigin, tenantId, clientId, login };
  let held: Promise<string> | null = null;
  const ask = (deadline: Deadline) => (held = askEntra({ app, agent, deadline }));
  const tokens: Tokens = {
    get: (deadline) => held ?? ask(deadline),
    renew: async (stale, deadline) => (held !== null && (await held) !== stale ? held : ask(deadline)),
  };
  const requests = createRequests({ graphOrigin, tokens, agent, requestTimeoutMs, onRequest });
  return {
    async signIn({ signal }) {
      const deadline = createDeadline({ timeoutMs: requestTimeoutMs, signal });
      try {
        return readTokenClaims(await ask(deadline));
      } finally {
        deadline.clear();
      }
    },
    ...inspectDirectory(requests),
    ...inspectItems(requests),
    listUsers: listUsers(requests),
    listDomainUsers: listDomainUsers(requests),
    listUsersById: listUsersById(requests),
    listDomains: listDomains(requests),
    findUsers: findUsers(requests),
    findGroups: findGroups(requests),
    listTransitiveMembers: listTransitiveMembers(requests),
    hasMembers: hasMembers(requests),
    getUserHints: getUserHints(requests),
    probeMailbox: probeMailbox(requests),
    getUserPurpose: getUserPurpose(requests),
    getArchiveId: getArchiveId(requests),
    getRootFolderId: getRootFolderId(requests),
    listFolders: listFolders(requests),
    listAttachments: listAttachments(requests),
    close: () => agent.close(),
  };
}
