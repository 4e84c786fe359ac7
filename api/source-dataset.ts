import { ulid } from 'ulid';
import type { Dataset } from '../contract/dataset.ts';
import type { Caller } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { toGroups } from './groups.ts';
import { bodyFault, invalid, ProblemError, type FieldFault } from './problem.ts';
import type { CreateSource } from './schemas/source.ts';
import { isDuplicate } from './store-faults.ts';

type Store = ApiDeps['store'];
type Named = Pick<CreateSource, 'dataset' | 'datasetId'>;

/** A source belongs to one dataset, which is named in one way. */
export function datasetFaults({ dataset, datasetId }: Named): FieldFault[] {
  if ((datasetId === undefined) !== (dataset === undefined)) return [];
  const reason = dataset === undefined ? 'is missing' : 'and dataset are both given';
  return [bodyFault('/datasetId', { reason, remedy: 'Give either datasetId or dataset with a name.' })];
}

/**
 * The dataset that is meant, by id or by name; null when it is to be made by that name.
 * Throws ProblemError `invalid-request` for an id of none, `forbidden` when the caller may not make one.
 */
export async function findDataset(store: Store, { body, caller }: { body: Named; caller: Caller }): Promise<Dataset | null> {
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
  const existing = await store.datasets.findByName(body.dataset.name);
  if (existing !== null || caller.roles.includes('admin')) return existing;
  throw new ProblemError(
    'forbidden',
    'There is no dataset of this name, and only an admin may make one. Give the datasetId of an existing dataset.',
  );
}

/** Makes the dataset that a body names. */
export async function makeDataset(store: Store, { name, groups = [] }: NonNullable<Named['dataset']>): Promise<Dataset> {
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
