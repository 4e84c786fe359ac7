import type { ApiDeps } from './deps.ts';
import type { RunsRead } from './read-commands.ts';
import type { TemporalCommand } from './temporal-commands.ts';

type Deps = { store: Pick<ApiDeps['store'], 'audit'>; temporal: Pick<ApiDeps['temporal'], 'readCommands'>; log: ApiDeps['log'] };

/** How far back the first look goes, after a time in which no API ran; Temporal may have forgotten more than that. */
const firstLookMs = 7 * 86_400_000;
/** Temporal lists what has closed some time after it has. */
const overlapMs = 10 * 60_000;
const longestIdentity = 200;

async function wasSentByApi({ store }: Deps, { updateId }: TemporalCommand): Promise<boolean> {
  return updateId !== null && (await store.audit.has(updateId));
}

async function record(deps: Deps, command: TemporalCommand): Promise<void> {
  const { id, at, sourceId, method, name, identity } = command;
  const caller = { kind: 'temporal' as const, id: 'temporal', name: identity.slice(0, longestIdentity) || 'unknown' };
  const isNew = await deps.store.audit.addOnce({
    ...{ _id: id, at, caller, method, route: name, subjectIds: [sourceId] },
    // Histories hold what Temporal has accepted; what was refused leaves no trace there.
    ...{ createdId: null, status: 202 },
  });
  if (isNew) deps.log.info({ sourceId, method, name }, 'A crawl was commanded past the API');
}

/**
 * Writes into the audit log who commanded crawls past the API, in the Web UI or by Temporal's CLI: once each, whoever looks
 * and however often. Give the same `look` to be called again and again. Throws ProblemError when Temporal or MongoDB is away.
 */
export function createCommandRecorder(deps: Deps): () => Promise<void> {
  const read: RunsRead = new Map();
  let closedSince = new Date(Date.now() - firstLookMs);
  return async () => {
    const next = new Date(Date.now() - overlapMs);
    for await (const command of deps.temporal.readCommands({ closedSince, read })) {
      if (!(await wasSentByApi(deps, command))) await record(deps, command);
    }
    closedSince = next;
  };
}
