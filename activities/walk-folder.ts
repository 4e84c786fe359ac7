import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import { isGiant } from './divide-folders.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { answersDelta, canBeListed, isDeltaDue, listReason } from './stream-method.ts';
import { walkList } from './walk-list.ts';
import { walkMessages, type Walk } from './walk-messages.ts';

interface FolderRun {
  stream: Stream;
  pass: number;
  betweenPages: () => Promise<void>;
}

const lostNow: Walk = { changed: true, lost: true };

/** The stream as its walk has left it; null when another lane has it. */
async function reachedBy(mailbox: MailboxWork, { stream }: FolderRun): Promise<Stream | null> {
  const now = (await mailbox.store.streams.list(mailbox.at)).find((one) => one._id === stream._id);
  return now?.lease === stream.lease ? now : null;
}

/**
 * A folder with a message that cannot be made, not even alone: a chain that asks for keys needs none of its content. What
 * can be made is listed first, whole pages at once, so that the chain finds it stored.
 */
async function byKeys(mailbox: MailboxWork, { run, code }: { run: FolderRun; code: string }): Promise<Walk> {
  const stream = await mailbox.store.streams.restart(run.stream, code, { keysOnly: true });
  if (stream === null) return lostNow;
  const { betweenPages, pass } = run;
  const { lost } = await walkList(mailbox, { stream, pass, from: mailbox.policy.receivedSince, before: null, betweenPages });
  const reached = lost ? null : await reachedBy(mailbox, run);
  return reached === null ? lostNow : { ...(await byDelta(mailbox, { ...run, stream: reached })), changed: true };
}

async function byDelta(mailbox: MailboxWork, run: FolderRun): Promise<Walk> {
  try {
    return await walkMessages(mailbox, run);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    // It may have begun a new generation since.
    const stream = await reachedBy(mailbox, run);
    if (stream === null) return lostNow;
    if (error.class === 'malformedItem' && stream.keysOnly !== true) return byKeys(mailbox, { run: { ...run, stream }, code: error.code });
    const reason = listReason(error, stream);
    if (reason === null || !(await canBeListed(mailbox, stream))) throw error;
    const listed = await mailbox.store.streams.readByList({ stream, reason, at: mailbox.gate.now() });
    return listed === null ? lostNow : byList(mailbox, { ...run, stream: listed });
  }
}

async function byList(mailbox: MailboxWork, { stream, pass, betweenPages }: FolderRun): Promise<Walk> {
  const { changed, lost } = await walkList(mailbox, { stream, pass, from: mailbox.policy.receivedSince, before: null, betweenPages });
  return { changed, lost };
}

/** Delta again, as a new generation: what was listed keeps its slots until that generation has been read to its end. */
async function backToDelta(mailbox: MailboxWork, run: FolderRun): Promise<Walk | null> {
  if (!(await isDeltaDue(mailbox, run.stream))) return null;
  if (!(await answersDelta(mailbox, run.stream))) {
    await mailbox.store.streams.noteDeltaTried({ stream: run.stream, at: mailbox.gate.now() });
    return null;
  }
  const stream = await mailbox.store.streams.restart(run.stream, null, { keysOnly: isGiant(mailbox.settings, run.stream) });
  return stream === null ? lostNow : byDelta(mailbox, { ...run, stream });
}

/** Reads what a wider policy takes in that the stream has not read: the rest is not read again. */
async function backfill(mailbox: MailboxWork, run: FolderRun): Promise<Walk | null> {
  const { store, policy } = mailbox;
  const wanted = policy.receivedSince;
  const had = run.stream.receivedFrom ?? null;
  if (had?.getTime() === wanted?.getTime()) return null;
  const isWider = had !== null && (wanted === null || wanted < had);
  const isRead = run.stream.restGeneration > 0 || run.stream.sequence > 0;
  if (isWider && isRead) {
    const stream = (await store.streams.list(mailbox.at)).find((one) => one._id === run.stream._id);
    if (stream === undefined || stream.lease !== run.stream.lease) return lostNow;
    const walked = await walkList(mailbox, { stream, pass: run.pass, from: wanted, before: had, betweenPages: run.betweenPages });
    if (walked.lost) return walked;
    await store.streams.setReceivedFrom({ streamId: stream._id, receivedFrom: wanted });
    return walked;
  }
  await store.streams.setReceivedFrom({ streamId: run.stream._id, receivedFrom: wanted });
  return null;
}

/** Walks a folder's messages from where it was left to its end: by delta, or by its list where delta is not to be had. */
export async function walkFolder(mailbox: MailboxWork, run: FolderRun): Promise<Walk> {
  const walked =
    run.stream.method === 'list' ? ((await backToDelta(mailbox, run)) ?? (await byList(mailbox, run))) : await byDelta(mailbox, run);
  if (walked.lost) return walked;
  const filled = await backfill(mailbox, run);
  return filled === null ? walked : { changed: walked.changed || filled.changed, lost: filled.lost };
}
