import type { DocumentFate, Source } from '../contract/source.ts';
import type { ApiDeps } from './deps.ts';
import { notFound, ProblemError } from './problem.ts';
import { sourcesOf } from './sources-of.ts';

type Deps = Pick<ApiDeps, 'store' | 'temporal' | 'log'>;

/** Said wherever something is asked of a source that is on its way out. */
export function beingDeleted(id: string): ProblemError {
  return new ProblemError('source-deleting', `Source ${id} is being deleted, so nothing else can be done with it.`);
}

/** Starts the workflow; while Temporal is away the record says what is to be done, and `resumeDeletions` has it done. */
async function start({ temporal, log }: Deps, sourceId: string): Promise<void> {
  try {
    await temporal.startDeletion(sourceId);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    log.warn({ sourceId, problem: error.message }, 'The deletion of a source could not be started; it is tried again');
  }
}

/**
 * Marks a source as being deleted, from when on nothing starts, and has a workflow end its crawl and erase it. Harmless when
 * repeated. Throws ProblemError `not-found`, or `source-deleting` when it is being deleted in the other way.
 */
export async function deleteSource(deps: Deps, { id, documents }: { id: string; documents: DocumentFate }): Promise<Source> {
  const source = await deps.store.sources.beginDeletion({ id, documents, at: new Date() });
  if (source === null) throw notFound('source', id);
  if (source.deletion?.documents !== documents) throw beingDeleted(id);
  await start(deps, id);
  return source;
}

/** Has every deletion that was asked for go on: after an API that died between record and start, or a Temporal without its data. */
export async function resumeDeletions(deps: Deps): Promise<void> {
  for await (const { _id } of sourcesOf(deps.store, { state: 'deleting' })) await start(deps, _id);
}
