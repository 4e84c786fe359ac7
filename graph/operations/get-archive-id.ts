import { betaAddress } from '../address.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'getArchiveId';

/**
 * The id that a user's in-place archive is addressed by, as if it were a user's: `MBX:<guid>@<tenant>`; null when there is
 * none. Beta alone tells it.
 */
export const getArchiveId =
  (requests: Requests): Graph['getArchiveId'] =>
  async ({ userId }, options) => {
    const url = betaAddress(requests.graphOrigin, ['users', userId, 'settings', 'exchange']);
    const answer = await requests.getJson({ operation, url, options });
    return (
      readItem<{ inPlaceArchiveMailboxId?: string | null }>(answer, shapes.exchangeSettings, operation).inPlaceArchiveMailboxId ?? null
    );
  };
