import type { RemovalReason } from '../contract/document.ts';
import type { ScopeReport } from '../contract/scope-report.ts';
import { scopeCodes, type ScopeCode } from '../contract/workflow/scope-codes.ts';
import type { GraphUser } from '../graph/types.ts';
import type { MailboxStore } from '../store/types.ts';
import type { Directory } from './directory.ts';
import { toResolvedUser } from './resolved-user.ts';

/** More than these vanishing at once is taken for a mistake, not for people who left. */
const heldAboveMailboxes = 20;
const heldAboveShare = 0.1;

/** What a complete reading of the scope says of the mailboxes that are known. */
export interface Vanishing {
  known: number;
  missing: number;
  /** Somebody gave the source another scope or narrowing since: that mailboxes leave is what was asked for. */
  changed: boolean;
  /** Somebody confirmed that so many have really left. */
  confirmed: number | null;
  group: ScopeReport['group'];
}

/** Why nobody may be retired for now; null when those that are missing may be. */
export function heldBecause({ known, missing, changed, confirmed, group }: Vanishing): ScopeCode | null {
  if (confirmed !== null && missing <= confirmed) return null;
  const nobody = known === missing;
  if (nobody && group?.hidden === true) return scopeCodes.hiddenGroupEmpty;
  if (missing === 0) return null;
  const many = missing > heldAboveMailboxes && missing > known * heldAboveShare;
  return nobody || (many && !changed) ? scopeCodes.mailboxesVanished : null;
}

/** As many ids as one look takes. */
const looksAtOnce = 15;

/**
 * Retires the mailboxes that the scope holds no more, each with its reason: the directory is asked for their users, and whom
 * a list left out though the scope holds them is kept. Returns how many were retired.
 */
export async function retireMissing(
  directory: Directory,
  given: { mailboxes: MailboxStore; sourceId: string; cycleKey: string; inScope: (user: GraphUser) => boolean },
): Promise<number> {
  const { mailboxes, sourceId, cycleKey, inScope } = given;
  let retired = 0;
  for (;;) {
    const missing = await mailboxes.listMissing({ sourceId, cycleKey, limit: looksAtOnce });
    if (missing.length === 0) return retired;
    const users = await directory.ask('listUsersById', (graph, options) => graph.listUsersById({ userIds: missing }, options));
    const there = new Map(users.map((user) => [user.id, user]));
    const kept = users.filter(inScope);
    await mailboxes.resolve({ sourceId, cycleKey, users: kept.map(toResolvedUser) });
    const keptIds = new Set(kept.map((user) => user.id));
    for (const mailboxId of missing.filter((id) => !keptIds.has(id))) {
      const reason: RemovalReason = there.has(mailboxId) ? 'outOfScope' : 'mailboxGone';
      await mailboxes.retire({ sourceId, mailboxId, reason });
      retired += 1;
    }
  }
}
