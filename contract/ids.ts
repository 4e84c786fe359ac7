/** Ids of stored records. Graph ids are case-sensitive and never decoded or changed. */

export function mailboxKey(sourceId: string, mailboxId: string): string {
  return `${sourceId}:${mailboxId}`;
}

export function streamKey(stream: { sourceId: string; mailboxId: string; kind: string; graphId: string }): string {
  return `${stream.sourceId}:${stream.mailboxId}:${stream.kind}:${stream.graphId}`;
}

export function documentKey(item: { sourceId: string; mailboxId: string; graphId: string }): string {
  return `${item.sourceId}:${item.mailboxId}:${item.graphId}`;
}

export function attachmentKey(parentId: string, attachmentId: string): string {
  return `${parentId}:${attachmentId}`;
}

/** Names a cycle of a crawl, as mailboxes say in which they were resolved and closed. */
export function cycleKeyOf(at: { crawlId: string; cycle: number }): string {
  return `${at.crawlId}/${at.cycle}`;
}

/** A file within an attachment: `path` is its position from there down, such as `2/1`. */
export function partKey(attachmentId: string, path: string): string {
  return `${attachmentId}#${path}`;
}

/** Exchange's limits hold per app and mailbox, whichever sources read it, as learn.microsoft.com/graph/throttling-limits says. */
export function budgetKey(budget: { tenantId: string; clientId: string; mailboxId: string }): string {
  return `${budget.tenantId}:${budget.clientId}:${budget.mailboxId}`;
}

/** A UUID, as Entra writes its ids; letters' case does not matter. */
export const uuidPattern = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
const uuid = new RegExp(uuidPattern);

export const isUuid = (text: string): boolean => uuid.test(text);

/** Entra shows a secret's id, a UUID, beside its value, and keeps only the id readable afterwards. */
export function looksLikeSecretId(secret: string): boolean {
  return isUuid(secret.trim());
}
