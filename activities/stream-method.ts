import { findErrorRow } from '../contract/errors.ts';
import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

const dayMs = 24 * 3_600_000;
/** Reason of a stream that is listed since its cloud offers no delta of mail. */
export const noDelta = 'TrawlNoDelta';

/** Why a folder whose delta failed so is to be listed; null when delta is not to blame. */
export function listReason(error: unknown, stream: Stream): string | null {
  if (!(error instanceof GraphError)) return null;
  // Delta keeps its state in the mailbox: one at its quota refuses it (learn.microsoft.com/graph/api/mailfolder-delta).
  if (error.class === 'overQuota') return error.code;
  // No such function here, as in the cloud of China; a link that is refused is another matter.
  if (error.class === 'badRequest' && stream.cursor.link === null) return noDelta;
  // Large folders were seen to time out for good, with an empty 503, however small the page.
  if (error.code === 'TrawlHttp503') return error.code;
  return error.class === 'malformedItem' ? error.code : null;
}

/** Whether the folder can be listed where its delta fails: when all of Graph is out of order, the method is not to blame. */
export async function canBeListed(mailbox: MailboxWork, stream: Stream): Promise<boolean> {
  const { graph, at, signal } = mailbox;
  const query = { userId: at.mailboxId, folderId: stream.graphId, from: null, before: null, skip: 0, whole: false, pageSize: 1 };
  try {
    await retrying(() => graph.listMessages(query, callOptions(mailbox)), signal);
    return true;
  } catch (error) {
    if (error instanceof GraphError) return false;
    throw error;
  }
}

/** Whether a listed folder's delta is to be tried again: once a day, and when the mailbox is over its quota no more. */
export async function isDeltaDue(mailbox: MailboxWork, stream: Stream): Promise<boolean> {
  const nowMs = mailbox.gate.now().getTime();
  const triedMs = stream.deltaTriedAt?.getTime() ?? 0;
  if (nowMs - triedMs >= dayMs) return true;
  if (stream.methodReason === null || findErrorRow(stream.methodReason).class !== 'overQuota') return false;
  // The delta of folders is tried in each cycle, so that it tells of the quota first.
  const tree = (await mailbox.store.streams.list(mailbox.at)).find((other) => other.kind === 'folders');
  return tree?.method === 'delta';
}

/** Asks for one message by delta: whether it is offered again. */
export async function answersDelta(mailbox: MailboxWork, stream: Stream): Promise<boolean> {
  const { graph, at, signal } = mailbox;
  const query = { userId: at.mailboxId, folderId: stream.graphId, link: null, pageSize: 1 };
  try {
    await retrying(() => graph.readMessageDelta(query, callOptions(mailbox)), signal);
    return true;
  } catch (error) {
    if (listReason(error, { ...stream, cursor: { at: 'start', link: null } }) === null) throw error;
    return false;
  }
}
