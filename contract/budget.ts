import { Type, type Static } from 'typebox';
import { StoredDate } from './schema.ts';

/** How much an app may ask of one mailbox. */
export interface MailboxLimits {
  inFlight: number;
  /** In any stretch of `windowMs`. */
  requests: number;
  windowMs: number;
}

/** Exchange Online's limits per app and mailbox (learn.microsoft.com/graph/throttling-limits, Outlook service). */
export const mailboxLimits: MailboxLimits = { inFlight: 4, requests: 10_000, windowMs: 600_000 };

/** Why limits would go beyond Exchange's; null when they do not. A shorter window counts as often as it may begin within Exchange's. */
export function excessOf(limits: MailboxLimits): string | null {
  if (limits.inFlight > mailboxLimits.inFlight) return `more than ${mailboxLimits.inFlight} requests in flight`;
  const inWindow = limits.requests * Math.max(1, Math.ceil(mailboxLimits.windowMs / limits.windowMs));
  return inWindow > mailboxLimits.requests
    ? `up to ${inWindow} requests in 10 minutes, and Exchange allows ${mailboxLimits.requests}`
    : null;
}

export type BudgetRules = ReturnType<typeof budgetRulesOf>;

/** How limits are held by all processes together (docs/architecture.md, Limits). */
export function budgetRulesOf({ requests, windowMs }: MailboxLimits) {
  const blockSize = Math.min(100, Math.max(1, Math.floor(requests / 100)));
  return {
    placeLeaseMs: 45_000,
    placeRenewMs: 10_000,
    blockSize,
    blockSizeNearLimit: Math.max(1, Math.floor(blockSize / 10)),
    /** With less than this left blocks are small, so that the last requests of a window are shared among lanes. */
    nearLimit: Math.floor(requests / 10),
    /** A block's requests must be sent within this time. */
    sendWithinMs: Math.min(60_000, windowMs / 10),
    /** How long a block that nobody closed counts after its sending deadline: the window and half a minute of clock and network. */
    blockCountsMs: windowMs + 30_000,
    /** How long a block counts after its last answer: what was answered had arrived, so that clocks alone may differ. */
    closedCountsMs: windowMs + windowMs / 100,
  };
}

export const budgetRules = budgetRulesOf(mailboxLimits);

export const Budget = Type.Object({
  _id: Type.String(),
  places: Type.Array(Type.Object({ holder: Type.String(), until: StoredDate })),
  blocks: Type.Array(Type.Object({ id: Type.String(), requests: Type.Integer(), until: StoredDate })),
  /** Set when Graph has said to wait: nobody sends to this mailbox before. */
  notBefore: StoredDate,
  touchedAt: StoredDate,
});
export type Budget = Static<typeof Budget>;
