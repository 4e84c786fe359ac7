/** What identifies a mailbox's user, and every address that leads to it. */
export const userSelect = 'id,displayName,mail,userPrincipalName,proxyAddresses,userType,accountEnabled';

/** The most that directory lists give to a page (learn.microsoft.com/graph/api/user-list, …/group-list). */
export const directoryPageSize = 999;

/**
 * Marks an advanced query of the directory. It is not kept in nextLinks, so it goes with every page
 * (learn.microsoft.com/graph/aad-advanced-queries, …/paging).
 */
export const eventual = { ConsistencyLevel: 'eventual' };

/** A text within a `$filter`; OData doubles the apostrophe. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
