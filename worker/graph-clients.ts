import type { Credential } from '../contract/credential.ts';
import type { Graph } from '../graph/types.ts';

interface Kept {
  revision: number;
  graph: Promise<Graph>;
}

/**
 * Keeps one Graph client per credential, and makes a new one when the credential's revision has grown. The old one ends
 * when its last request has, so that lanes in flight finish their page.
 */
export function createGraphClients(make: (credential: Credential) => Promise<Graph>): {
  graphFor(credential: Credential): Promise<Graph>;
  close(): Promise<void>;
} {
  const kept = new Map<string, Kept>();
  const end = (old: Kept) => old.graph.then((graph) => graph.close()).catch(() => undefined);
  return {
    graphFor(credential) {
      const before = kept.get(credential._id);
      if (before !== undefined && before.revision >= credential.revision) return before.graph;
      const graph = make(credential);
      kept.set(credential._id, { revision: credential.revision, graph });
      // A client that cannot be made is not kept: the next activity tries again.
      graph.catch(() => kept.delete(credential._id));
      if (before !== undefined) void end(before);
      return graph;
    },
    async close() {
      await Promise.all([...kept.values()].map(end));
      kept.clear();
    },
  };
}
