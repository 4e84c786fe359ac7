import { Type, type Static } from 'typebox';
import { StoredDate } from './schema.ts';

/** Exchange Online's limits per app and mailbox (learn.microsoft.com/graph/throttling-limits, Outlook service). */
export const mailboxLimits = { inFlight: 4, requests: 10_000, windowMs: 600_000 } as const;

/** How the limits are held by all processes together (docs/architecture.md, Limits). */
export const budgetRules = {
  placeLeaseMs: 45_000,
  placeRenewMs: 10_000,
  blockSize: 100,
  blockSizeNearLimit: 10,
  /** A block's requests must be sent within this time. */
  sendWithinMs: 60_000,
  /** How long a block counts after its sending deadline: the window and half a minute of clock and network. */
  blockCountsMs: 630_000,
} as const;

export const Budget = Type.Object({
  _id: Type.String(),
  places: Type.Array(Type.Object({ holder: Type.String(), until: StoredDate })),
  blocks: Type.Array(Type.Object({ id: Type.String(), requests: Type.Integer(), until: StoredDate })),
  /** Set when Graph has said to wait: nobody sends to this mailbox before. */
  notBefore: StoredDate,
  touchedAt: StoredDate,
});
export type Budget = Static<typeof Budget>;
