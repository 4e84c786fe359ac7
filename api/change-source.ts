import { isDeepStrictEqual } from 'node:util';
import type { Source } from '../contract/source.ts';
import { beingDeleted } from './delete-source.ts';
import type { ApiDeps } from './deps.ts';
import { changedMeanwhile } from './preconditions.ts';
import { invalid, notFound, ProblemError } from './problem.ts';
import { mergePolicy } from './schemas/policy.ts';
import { composeDescription, type ChangeSource } from './schemas/source.ts';
import { countryFaults } from './source-draft.ts';
import { policyFaults } from './source-policy.ts';
import { mergeNarrowing, scopeFaults, toScope } from './source-scope.ts';

type Store = ApiDeps['store'];
type Settings = Pick<Source, 'scope' | 'narrowing' | 'policy'>;

const mostTries = 10;

function settingsAfter(source: Source, body: ChangeSource): Settings {
  return {
    scope: body.scope === undefined ? source.scope : toScope(body.scope),
    narrowing: mergeNarrowing(source.narrowing, body.narrowing),
    policy: mergePolicy(source.policy, body.policy),
  };
}

/** A description that Trawl composed says what is true after the change too; one that a person gave stays. */
async function descriptionAfter(store: Store, source: Source, next: Source): Promise<string> {
  const credential = await store.credentials.get(source.credentialId);
  if (credential === null) return source.description;
  const composed = (of: Source) => composeDescription({ ...of, credentialName: credential.name });
  return source.description === composed(source) ? composed(next) : source.description;
}

/**
 * Changes a source by a checked body; what decides about membership or content raises `scopeRevision`, and takes effect with
 * the next cycle. Throws ProblemError `invalid-request` with every fault, `not-found`, or
 * `precondition-failed` when the source has none of the revisions `under` (null: whatever it has).
 */
export async function changeSource(
  store: Store,
  { id, body, under }: { id: string; body: ChangeSource; under: readonly number[] | null },
): Promise<Source> {
  const faults = [...countryFaults(body.country), ...scopeFaults(body.scope), ...policyFaults(body.policy)];
  if (faults.length > 0) throw invalid(...faults);
  const { scope: _scope, narrowing: _narrowing, policy: _policy, startAt, ...fields } = body;
  const plain = { ...fields, ...(startAt !== undefined && { startAt: startAt === null ? null : new Date(startAt) }) };
  for (let tries = 0; tries < mostTries; tries += 1) {
    const source = await store.sources.get(id);
    if (source === null) throw notFound('source', id);
    if (source.state === 'deleting') throw beingDeleted(id);
    if (under !== null && !under.includes(source.recordRevision)) throw changedMeanwhile('source', id);
    const { scope, narrowing, policy } = source;
    const settings = settingsAfter(source, body);
    const differs = !isDeepStrictEqual({ scope, narrowing, policy }, settings);
    const change = { ...plain, ...(differs && { ...settings, scopeRevision: source.scopeRevision + 1 }) };
    const description = plain.description ?? (await descriptionAfter(store, source, { ...source, ...change }));
    const changed = await store.sources.update(id, { ...change, description }, { revision: source.recordRevision });
    if (changed !== null) return changed;
  }
  throw new ProblemError('store-unavailable', 'The source is being changed by others all the time. Repeat the request.');
}
