/**
 * The Prefer header of Outlook data: ids that survive a move within the mailbox, asked for with every request, links too
 * (learn.microsoft.com/graph/outlook-immutable-id), and the page size where there are pages. Several preferences go in one
 * header (RFC 7240).
 */
export function outlookHeaders(pageSize?: number): { Prefer: string } {
  const immutable = 'IdType="ImmutableId"';
  return { Prefer: pageSize === undefined ? immutable : `${immutable}, odata.maxpagesize=${pageSize}` };
}
