import type { Endpoints } from '../contract/credential.ts';
import { checkOrigin } from './address.ts';
import type { EntraApp } from './ask-entra.ts';
import { readAuthorities } from './authorities.ts';
import type { RequestTelemetry } from './chain/telemetry.ts';
import { createHttpAgent } from './http-agent.ts';
import type { GraphLog } from './log.ts';
import type { Login } from './login.ts';
import { checkCredential } from './operations/check-credential.ts';
import { countEvents } from './operations/count-events.ts';
import { countMessages } from './operations/count-messages.ts';
import { findGroups } from './operations/find-groups.ts';
import { findUsers, listUsersById } from './operations/find-users.ts';
import { getArchiveId } from './operations/get-archive-id.ts';
import { createEventQuery } from './operations/event-query.ts';
import { getEvent } from './operations/get-event.ts';
import { getFolder } from './operations/get-folder.ts';
import { getMessage } from './operations/get-message.ts';
import { getReference } from './operations/get-reference.ts';
import { getRootFolderId } from './operations/get-root-folder-id.ts';
import { getUserHints } from './operations/get-user-hints.ts';
import { getUserPurpose } from './operations/get-user-purpose.ts';
import { readAttachment } from './operations/read-attachment.ts';
import { listAttachments } from './operations/list-attachments.ts';
import { listWithAttachments } from './operations/list-with-attachments.ts';
import { listCalendars } from './operations/list-calendars.ts';
import { listDomainUsers } from './operations/list-domain-users.ts';
import { listDomains } from './operations/list-domains.ts';
import { listChildFolders } from './operations/list-child-folders.ts';
import { listEvents } from './operations/list-events.ts';
import { listMemberOf } from './operations/list-member-of.ts';
import { hasMembers, listTransitiveMembers } from './operations/list-members.ts';
import { listInstances } from './operations/list-instances.ts';
import { listFolders } from './operations/list-folders.ts';
import { listMessages } from './operations/list-messages.ts';
import { listUsers } from './operations/list-users.ts';
import { createMessageQuery } from './operations/message-query.ts';
import { probeMailbox } from './operations/probe-mailbox.ts';
import { readFolderDelta } from './operations/read-folder-delta.ts';
import { readMime } from './operations/read-mime.ts';
import { readMessageDelta } from './operations/read-message-delta.ts';
import { createRequests } from './requests.ts';
import { createTokens } from './tokens.ts';
import type { Graph } from './types.ts';

export interface GraphSettings {
  /** Where tokens come from and where Graph answers: `https://host` or `https://host:port`. */
  endpoints: Endpoints;
  tenantId: string;
  clientId: string;
  login: Login;
  /** PEM file with authorities to trust besides the system's. */
  extraCaFile?: string | undefined;
  /** The most connections to Graph, all operations together. Limits of a mailbox are held by the budget of each call. */
  connections: number;
  /**
   * From sending to the end of the answer; between chunks for what is streamed.
   * @default 25_000, below the heartbeat timeout of the crawl's activities
   */
  requestTimeoutMs?: number | undefined;
  log: GraphLog;
  onRequest?: ((request: RequestTelemetry) => void) | undefined;
}

/** A Graph whose app may get another login while requests are made by it. */
export interface LastingGraph extends Graph {
  /** From the next request on tokens come by this login; those of before are used no more. */
  useLogin(login: Login): void;
}

/**
 * Makes the Graph of one credential. Nothing is sent before the first operation. Throws TypeError for an address that is
 * not https, and Error for an authorities' file that cannot be read; `close` ends the connections.
 */
export function createGraph(settings: GraphSettings): LastingGraph {
  const { connections, requestTimeoutMs = 25_000, log, onRequest } = settings;
  const authority = checkOrigin(settings.endpoints.authority, 'authority');
  const graphOrigin = checkOrigin(settings.endpoints.graph, 'Graph');
  const authorities = readAuthorities(settings.extraCaFile);
  const agent = createHttpAgent({ connections, requestTimeoutMs, authorities });
  const { tenantId, clientId, login } = settings;
  const app: EntraApp = { authority, graph: graphOrigin, tenantId, clientId, login };
  const tokens = createTokens({ app, agent, authorities, timeoutMs: requestTimeoutMs, log });
  const requests = createRequests({ graphOrigin, tokens, agent, requestTimeoutMs, onRequest });
  return {
    listUsers: listUsers(requests),
    listDomainUsers: listDomainUsers(requests),
    listDomains: listDomains(requests),
    findUsers: findUsers(requests),
    listUsersById: listUsersById(requests),
    findGroups: findGroups(requests),
    listTransitiveMembers: listTransitiveMembers(requests),
    listMemberOf: listMemberOf(requests),
    hasMembers: hasMembers(requests),
    probeMailbox: probeMailbox(requests),
    getRootFolderId: getRootFolderId(requests),
    getFolder: getFolder(requests),
    listChildFolders: listChildFolders(requests),
    getArchiveId: getArchiveId(requests),
    getUserPurpose: getUserPurpose(requests),
    getUserHints: getUserHints(requests),
    readFolderDelta: readFolderDelta(requests),
    readMessageDelta: readMessageDelta(requests, createMessageQuery()),
    getMessage: getMessage(requests, createMessageQuery()),
    countMessages: countMessages(requests),
    listMessages: listMessages(requests, createMessageQuery()),
    listFolders: listFolders(requests),
    listAttachments: listAttachments(requests),
    listWithAttachments: listWithAttachments(requests),
    readMime: readMime(requests),
    readAttachment: readAttachment(requests),
    getReference: getReference(requests),
    listCalendars: listCalendars(requests),
    listEvents: listEvents(requests, createEventQuery()),
    listInstances: listInstances(requests),
    countEvents: countEvents(requests),
    getEvent: getEvent(requests, createEventQuery()),
    checkCredential: checkCredential({ app, agent, timeoutMs: requestTimeoutMs }),
    useLogin(next) {
      app.login = next;
      tokens.startAnew();
    },
    close: () => agent.close(),
  };
}
