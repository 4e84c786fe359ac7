import { compareCounts } from './compare-counts.ts';
import { confirmRemovals } from './confirm-removals.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { readDueAttachments } from './read-attachments.ts';
import { readDueMimes } from './read-mimes.ts';
import { walkPass } from './walk-pass.ts';

/** Attachments that were put back are tried until they are read or given up, so that none is left without a word. */
export async function readLeftAttachments(work: MailboxWork): Promise<void> {
  while (await work.store.attachments.anyDue(work.at)) {
    const pass = await work.store.mailboxes.nextPass(work.at);
    await readDueAttachments(work, { pass, lane: 0, limit: Number.POSITIVE_INFINITY });
  }
}

/** MIME forms too; then what was begun of them and not kept is nobody's. */
export async function readLeftMimes(work: MailboxWork): Promise<void> {
  if (!work.policy.originalMime) return;
  while (await work.store.mimes.anyDue(work.at)) {
    const pass = await work.store.mailboxes.nextPass(work.at);
    await readDueMimes(work, { pass, lane: 0, limit: Number.POSITIVE_INFINITY });
  }
  await work.store.mimes.sweep(work.at);
}

/**
 * Decides removals, compares counts, and settles what that mended: streams are read once more then, since what has lost its
 * last slot is decided only when every stream was heard after that.
 */
export async function settleMailbox(work: MailboxWork): Promise<void> {
  await confirmRemovals(work);
  const { mended } = await compareCounts(work);
  if (mended === 0) return;
  const pass = await work.store.mailboxes.nextPass(work.at);
  await walkPass(work, { pass, lane: 0 });
  await readLeftAttachments(work);
  await readLeftMimes(work);
  await confirmRemovals(work);
}
