/** A lane number that no lane has: what is claimed by it is left alone until the mailbox's next pass. */
export const nobody = -1;

/** Claimed by nobody, in an earlier pass, or by this very lane, whose earlier attempt may have died with it. */
export function claimable(field: string, query: { pass: number; lane: number }): Record<string, unknown>[] {
  return [{ [field]: null }, { [`${field}.pass`]: { $lt: query.pass } }, { [`${field}.pass`]: query.pass, [`${field}.lane`]: query.lane }];
}
