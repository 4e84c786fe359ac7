import type { Credential } from '../contract/credential.ts';
import type { Inspector } from '../graph/inspector-types.ts';
import { SealError } from '../store/sealer.ts';
import type { ActivityDeps } from './deps.ts';

/** What a test asks Microsoft with, or why the credential's login cannot be opened. */
export async function openInspector(
  deps: ActivityDeps,
  { credential, requestTimeoutMs }: { credential: Credential; requestTimeoutMs: number },
): Promise<Inspector | SealError> {
  try {
    return await deps.openInspector(credential, { requestTimeoutMs });
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}
