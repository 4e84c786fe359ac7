import { budgetKey } from '../contract/ids.ts';
import type { Credential } from '../contract/credential.ts';
import type { Source } from '../contract/source.ts';
import type { Graph } from '../graph/types.ts';
import type { PageWrite } from '../store/types.ts';
import type { ActivityDeps } from './deps.ts';
import { notFound } from './failures.ts';

/** A source with all that its crawl needs. */
export interface SourceContext {
  source: Source;
  credential: Credential;
  graph: Graph;
}

/** Loads a source and the Graph client of its credential. Throws a final failure when one is not stored any more. */
export async function loadSource(deps: ActivityDeps, sourceId: string): Promise<SourceContext> {
  const source = await deps.store.sources.get(sourceId);
  // What begins while it is being deleted would only be erased.
  if (source === null || source.state === 'deleting') throw notFound(`Source ${sourceId}`);
  const credential = await deps.store.credentials.get(source.credentialId);
  if (credential === null) throw notFound(`Credential ${source.credentialId}`);
  return { source, credential, graph: await deps.graphFor(credential) };
}

/** What every document of a crawl carries. */
export function pageContext(source: Source, crawlId: string): PageWrite['context'] {
  return { datasetId: source.datasetId, country: source.country, crawlId };
}

export function budgetIdOf(credential: Credential, mailboxId: string): string {
  return budgetKey({ tenantId: credential.tenantId, clientId: credential.clientId, mailboxId });
}
