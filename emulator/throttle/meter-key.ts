import type { User } from '../data/model.ts';

/** What Outlook counts by: the user's own mailbox by its id, an archive (MBX:{guid}@{tenant} in the path) by its name. */
export function meterKey(user: User, wanted: string): string {
  return /^MBX:/i.test(wanted) ? wanted.toLowerCase() : user.id;
}
