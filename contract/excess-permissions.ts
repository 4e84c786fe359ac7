import { capabilityRows } from './capabilities.ts';

export interface ExcessPermission {
  permission: string;
  /** `writes`: it lets the app change things. `wider`: less would do. `unused`: Trawl has no use for it. */
  reason: 'writes' | 'wider' | 'unused';
  /** What does for Trawl in its place; empty where nothing needs to. */
  instead: string[];
}

const writing = /Write|\.Send|\.Manage|FullControl/;
const least = new Set(capabilityRows.map(({ permissions }) => permissions[0]));
/** Chosen sites alone: less than any permission that the table names. */
const lessThanLeast = new Set(['Sites.Selected', 'Mail.ReadBasic']);

/** Permissions of a token that are more than Trawl needs, with what does in their place: it only ever reads. */
export function excessPermissions(granted: readonly string[]): ExcessPermission[] {
  return granted
    .filter((permission) => !least.has(permission) && !lessThanLeast.has(permission))
    .map((permission) => {
      const given = capabilityRows.filter(({ permissions }) => permissions.includes(permission));
      const instead = [...new Set(given.map(({ permissions }) => permissions[0]))];
      const reason = writing.test(permission) ? 'writes' : given.length > 0 ? 'wider' : 'unused';
      // Who reads words of mails needs no permission to read everything else of them.
      return {
        permission,
        reason,
        instead: instead.includes('Mail.Read') ? instead.filter((one) => one !== 'Mail.ReadBasic.All') : instead,
      };
    });
}
