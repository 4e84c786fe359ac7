import { ulid } from 'ulid';
import type { Caller } from './auth.ts';
import type { Credential } from '../contract/credential.ts';
import type { Dataset } from '../contract/dataset.ts';
import { defaultPolicy } from '../contract/policy.ts';
import { noNarrowing, services, type Source } from '../contract/source.ts';
import { countryCodes } from './countries.ts';
import type { ApiDeps } from './deps.ts';
import { bodyFault, invalid, ProblemError, type FieldFault } from './problem.ts';
import { groupFaults, toGroups } from './groups.ts';
import { mergePolicy } from './schemas/policy.ts';
import { composeDescription, type CreateSource } from './schemas/source.ts';
import { policyFaults } from './source-policy.ts';
import { mergeNarrowing, scopeFaults, toScope } from './source-scope.ts';
import { isDuplicate } from './store-faults.ts';

type Store = ApiDeps['store'];

const notYetService: Record<string, string> = {
  oneDrive: 'OneDrive cannot be crawled yet',
  sharePoint: 'SharePoint cannot be crawled yet',
  exchangeOnPremises: 'Exchange on premises cannot be crawled yet',
};

/** Faults that a schema cannot say: what is not built yet, countries that do not exist, contradictions. */
function faultsOf(body: CreateSource): FieldFault[] {
  const faults: FieldFault[] = [];
  if (!(services as readonly string[]).includes(body.service)) {
    faults.push(
      bodyFault('/service', {
        reason: `not yet: ${notYetService[body.service] ?? 'this service cannot be crawled yet'}`,
        remedy: 'Use exchange.',
      }),
    );
  }
  faults.push(...scopeFaults(body.scope), ...policyFaults(body.policy));
  faults.push(...countryFaults(body.country), ...groupFaults(body.dataset?.groups, '/dataset/groups'));
  if ((body.datasetId === undefined) === (body.dataset === undefined)) {
    const reason = body.dataset === undefined ? 'is missing' : 'and dataset are both given';
    faults.push(bodyFault('/datasetId', { reason, remedy: 'Give either datasetId or dataset with a name.' }));
  }
  return faults;
}

export function countryFaults(country: string | undefined): FieldFault[] {
  if (country === undefined || countryCodes.has(country)) return [];
  return [
    bodyFault('/country', {
      reason: 'is not a country of ISO 3166-1',
      remedy: 'Give two capital letters of a country, like DE, FR or US.',
    }),
  ];
}

async function credentialOf(store: Store, id: string): Promise<Credential> {
  const credential = await store.credentials.get(id);
  if (credential !== null) return credential;
  throw invalid(
    bodyFault('/credentialId', {
      reason: 'names no credential',
      remedy: 'Save one with POST /v1/credentials, or list them with GET /v1/credentials.',
    }),
  );
}

/** The dataset that is meant: by id, or by a name, and then made when there is none. Only an admin may make one. */
async function datasetOf(store: Store, { body, caller }: { body: CreateSource; caller: Caller }): Promise<Dataset> {
  if (body.dataset === undefined) {
    const dataset = await store.datasets.get(body.datasetId ?? '');
    if (dataset !== null) return dataset;
    throw invalid(
      bodyFault('/datasetId', {
        reason: 'names no dataset',
        remedy: 'Make one with POST /v1/datasets, or list them with GET /v1/datasets.',
      }),
    );
  }
  const { name, groups = [] } = body.dataset;
  const existing = await store.datasets.findByName(name);
  if (existing !== null) return existing;
  if (!caller.roles.includes('admin')) {
    throw new ProblemError(
      'forbidden',
      'There is no dataset of this name, and only an admin may make one. Give the datasetId of an existing dataset.',
    );
  }
  const now = new Date();
  const dataset: Dataset = { _id: ulid(), name, groups: toGroups(groups), recordRevision: 1, createdAt: now, updatedAt: now };
  try {
    await store.datasets.create(dataset);
    return dataset;
  } catch (error) {
    // Made by another request in the same moment.
    const made = isDuplicate(error) ? await store.datasets.findByName(name) : null;
    if (made === null) throw error;
    return made;
  }
}

/** Makes a source from a checked body. Throws ProblemError `invalid-request` with every fault, or `forbidden`. */
export async function createSource(
  store: Store,
  { id, body, caller }: { id: string; body: CreateSource; caller: Caller },
): Promise<Source> {
  const faults = faultsOf(body);
  if (faults.length > 0) throw invalid(...faults);
  const credential = await credentialOf(store, body.credentialId);
  const dataset = await datasetOf(store, { body, caller });
  const now = new Date();
  const { country, mode, intervalMs, priority } = body;
  const settings = {
    scope: toScope(body.scope),
    narrowing: mergeNarrowing(noNarrowing, body.narrowing),
    policy: mergePolicy(defaultPolicy, body.policy),
  };
  const source: Source = {
    _id: id,
    datasetId: dataset._id,
    credentialId: credential._id,
    service: 'exchange',
    ...settings,
    scopeRevision: 1,
    country,
    description: body.description ?? composeDescription({ credentialName: credential.name, country, mode, intervalMs, ...settings }),
    priority,
    mode,
    intervalMs,
    state: 'ready',
    stateSequence: 0,
    stateReason: null,
    stateSince: now,
    crawlId: null,
    recordRevision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await store.sources.create(source);
  return source;
}
