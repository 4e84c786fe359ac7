import type { CallerGroups } from '../contract/caller-groups.ts';
import type { ApiDeps } from './deps.ts';
import { ProblemError } from './problem.ts';

type Deps = { store: Pick<ApiDeps['store'], 'callerGroups'>; temporal: Pick<ApiDeps['temporal'], 'readGroups'> };

/** Who leaves a group sees its documents for so long at most; a failure is tried again sooner. */
const freshForMs = 5 * 60_000;
const failureFreshForMs = 15_000;

const unavailable = (detail: string) => new ProblemError('groups-unavailable', detail);
const others = 'Documents are not shown without them.';

function isFresh({ code, readAt }: CallerGroups): boolean {
  return Date.now() - readAt.getTime() < (code === null ? freshForMs : failureFreshForMs);
}

/** Groups of somebody whose token has no room for them, asked of Graph and remembered shortly. Whatever fails shows nothing. */
export function createGroupsOf({ store, temporal }: Deps, credentialId: string | null): (userId: string) => Promise<string[]> {
  async function known(userId: string): Promise<CallerGroups | null> {
    const read = await store.callerGroups.get(userId);
    return read !== null && read.credentialId === credentialId && isFresh(read) ? read : null;
  }
  return async (userId) => {
    if (credentialId === null) {
      throw unavailable(
        `You are in more groups than a token holds, and this API may not ask for them. ${others} An operator sets TRAWL_OIDC_GROUPS_CREDENTIAL, or has the token hold only groups that are assigned to the application (docs/access.md).`,
      );
    }
    let read = await known(userId);
    if (read === null) {
      await temporal.readGroups({ userId, credentialId });
      read = await known(userId);
    }
    if (read?.code === null) return read.groupIds;
    throw unavailable(
      `You are in more groups than a token holds, and Microsoft Graph did not tell them (${read?.code ?? 'no answer'}). ${others} Repeat the request in some seconds; when this lasts, an operator tests the credential of TRAWL_OIDC_GROUPS_CREDENTIAL, which needs Directory.Read.All.`,
    );
  };
}
