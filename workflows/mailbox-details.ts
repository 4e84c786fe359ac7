import type { ClosedMailbox } from '../contract/workflow/activities.ts';
import type { Counts } from '../contract/workflow/counts.ts';
import { sourceWorkflowId } from '../contract/workflow/names.ts';

/** Where a mailbox's crawl is, as Markdown for the Web UI: ids and numbers, never an address. */
export function stepDetails(step: string, counts: Counts): string {
  const { documents, pages, skips, requests } = counts;
  return `**${step}** · ${documents} documents · ${pages} pages · ${skips} skips · ${requests} requests`;
}

/** How it ended: when something is in the way, what that is, what to do about it, and how to have the mailbox tried again. */
export function closedDetails(given: { sourceId: string; mailboxId: string }, closed: ClosedMailbox): string {
  const { outcome, counts, reason = null, remedy = null } = closed;
  const lines = [stepDetails(outcome, counts)];
  if (reason !== null) lines.push('', `Reason: \`${reason}\``);
  if (remedy !== null && remedy !== '') lines.push('', remedy);
  if (outcome === 'blocked') {
    const signal = JSON.stringify({ mailboxId: given.mailboxId });
    lines.push(
      '',
      'It is probed again in the next cycle.',
      '',
      `To have it tried at once, send \`${sourceWorkflowId(given.sourceId)}\` the signal \`retry\` with \`${signal}\`.`,
    );
  }
  return lines.join('\n');
}
