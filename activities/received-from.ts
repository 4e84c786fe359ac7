import type { GraphMessage } from '../graph/types.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { toDate } from './map-body.ts';

/** Graph tells times of receipt, and filters by them, in whole seconds, though Exchange keeps finer ones. */
export const secondMs = 1_000;
export const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / secondMs) * secondMs);

/** A time as Graph's filters take it. */
export const graphTime = (time: Date | null): string | null => (time === null ? null : time.toISOString().replace('.000Z', 'Z'));

/**
 * True for a message that the policy leaves out. Delta is not asked to filter, since it then tells 5,000 messages at most
 * (learn.microsoft.com/graph/delta-query-messages), so the filter is here.
 */
export function isTooOld({ policy }: MailboxWork, message: Pick<GraphMessage, 'receivedDateTime'>): boolean {
  if (policy.receivedSince === null) return false;
  const received = toDate(message.receivedDateTime ?? null);
  return received !== null && received < policy.receivedSince;
}
