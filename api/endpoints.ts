import type { Cloud, Endpoints } from '../contract/credential.ts';
import { bodyFault, invalid } from './problem.ts';

/**
 * Endpoints of a credential as origins; null for Microsoft's own clouds. Only origins of the allow-list are taken, so that
 * nobody can make the crawler send secrets elsewhere. Throws ProblemError `invalid-request`.
 */
export function checkEndpoints(given: { cloud: Cloud; endpoints: Endpoints | undefined; allowed: readonly string[] }): Endpoints | null {
  const { cloud, endpoints, allowed } = given;
  if (cloud !== 'custom') {
    if (endpoints === undefined) return null;
    throw invalid(
      bodyFault('/endpoints', { reason: `is only for cloud custom, and the cloud is ${cloud}`, remedy: 'Leave endpoints out.' }),
    );
  }
  if (endpoints === undefined) {
    throw invalid(
      bodyFault('/endpoints', { reason: 'is missing, and cloud custom needs it', remedy: 'Give endpoints with authority and graph.' }),
    );
  }
  const origins = { authority: originOf(endpoints.authority), graph: originOf(endpoints.graph) };
  const faults = (['authority', 'graph'] as const)
    .filter((field) => !allowed.includes(origins[field]))
    .map((field) =>
      bodyFault(`/endpoints/${field}`, {
        reason: 'is not an address that this installation allows',
        remedy:
          allowed.length > 0
            ? 'Give one of TRAWL_CUSTOM_ENDPOINTS, or have it added there.'
            : 'Have it added to TRAWL_CUSTOM_ENDPOINTS, which is empty.',
      }),
    );
  if (faults.length > 0) throw invalid(...faults);
  return origins;
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : '';
}
