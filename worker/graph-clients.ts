import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { endpointsOf, type Credential } from '../contract/credential.ts';
import type { LastingGraph } from '../graph/create-graph.ts';
import type { Login } from '../graph/login.ts';
import type { Graph } from '../graph/types.ts';

interface Kept {
  credential: Credential;
  graph: Promise<LastingGraph>;
}

export interface GraphClients {
  graphFor(credential: Credential): Promise<Graph>;
  /** Looks whether credentials in use have changed, so that work under way takes another login up. */
  lookAgain(): Promise<void>;
  close(): Promise<void>;
}

interface Deps {
  make(credential: Credential): Promise<LastingGraph>;
  loginOf(credential: Credential): Promise<Login>;
  get(id: string): Promise<Credential | null>;
  log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Keeps one Graph client per credential. When the credential's revision has grown and only the login is another one, the
 * client goes on with that, lanes in flight included. Another app, tenant or cloud gets a client of its own; the old one
 * ends when its last request has, so that lanes finish their page and begin anew.
 */
export function createGraphClients({ make, loginOf, get, log }: Deps): GraphClients {
  const kept = new Map<string, Kept>();
  const end = (old: Kept) => old.graph.then((graph) => graph.close()).catch(() => undefined);

  function keep(credential: Credential, graph: Promise<LastingGraph>): Promise<LastingGraph> {
    const one = { credential, graph };
    kept.set(credential._id, one);
    // A client that cannot be made is not kept: the next activity tries again.
    graph.catch(() => {
      if (kept.get(credential._id) === one) kept.delete(credential._id);
    });
    return graph;
  }

  async function withLogin(graph: LastingGraph, credential: Credential): Promise<LastingGraph> {
    graph.useLogin(await loginOf(credential));
    log.info({ credentialId: credential._id, revision: credential.revision }, 'Another login of a credential is used from now on');
    return graph;
  }

  function graphFor(credential: Credential): Promise<Graph> {
    const before = kept.get(credential._id);
    if (before !== undefined && before.credential.revision >= credential.revision) return before.graph;
    if (before === undefined) return keep(credential, make(credential));
    if (!isSameApp(before.credential, credential)) {
      void end(before);
      return keep(credential, make(credential));
    }
    const next = before.graph.then((graph) => withLogin(graph, credential));
    next.catch(() => void end(before));
    return keep(credential, next);
  }

  return {
    graphFor,
    async lookAgain() {
      for (const { credential } of kept.values()) {
        try {
          const now = await get(credential._id);
          if (now !== null && now.revision > credential.revision) await graphFor(now);
        } catch (error) {
          log.warn({ credentialId: credential._id, fault: (error as Error).name }, 'A credential could not be looked at again');
        }
      }
    },
    async close() {
      await Promise.all([...kept.values()].map(end));
      kept.clear();
    },
  };
}

function isSameApp(before: Credential, now: Credential): boolean {
  const appOf = (credential: Credential) => [credential.tenantId, credential.clientId, endpointsOf(credential)];
  return isDeepStrictEqual(appOf(before), appOf(now));
}
