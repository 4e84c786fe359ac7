import { graphAddress } from '../address.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'getUserPurpose';

/** What Exchange says that the mailbox is for, in its own word; null where it does not say. Needs MailboxSettings.Read. */
export const getUserPurpose =
  (requests: Requests): Graph['getUserPurpose'] =>
  async ({ userId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'mailboxSettings'], { $select: 'userPurpose' });
    const answer = await requests.getJson({ operation, url, options });
    return readItem<{ userPurpose?: string | null }>(answer, shapes.mailboxSettings, operation).userPurpose ?? null;
  };
