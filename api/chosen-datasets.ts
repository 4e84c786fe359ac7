import type { FastifyRequest } from 'fastify';
import { callerOf } from './auth.ts';
import type { ApiStore } from './deps.ts';

/** The datasets that the caller may see now. */
export async function visibleTo({ datasets }: Pick<ApiStore, 'datasets'>, request: FastifyRequest): Promise<string[]> {
  const groupIds = await callerOf(request).groups();
  return groupIds.length === 0 ? [] : await datasets.visibleTo(groupIds);
}

/** The datasets that the caller may see, or the one of them that was asked for. */
export async function chosenDatasets(
  store: Pick<ApiStore, 'datasets'>,
  request: FastifyRequest,
  { datasetId }: { datasetId?: string },
): Promise<string[]> {
  const visible = await visibleTo(store, request);
  return datasetId === undefined ? visible : visible.filter((id) => id === datasetId);
}
