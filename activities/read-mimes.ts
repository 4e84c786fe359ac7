import { createHash } from 'node:crypto';
import { GraphError } from '../graph/graph-error.ts';
import type { DueMime } from '../store/types.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { watchMimeEnd } from './mime-end.ts';
import { endsLane, retrying } from './retrying.ts';

const operation = 'readMime';

/** Streams one MIME form into the store, a chunk at a time; what was begun and not kept is removed. */
async function readOnce(mailbox: MailboxWork, message: DueMime): Promise<void> {
  const { graph, store, at } = mailbox;
  const file = await store.mimes.begin({ ...at, message });
  const hash = createHash('sha256');
  const end = watchMimeEnd();
  let arrived = 0;
  let isKept = false;
  try {
    const onChunk = async (chunk: Uint8Array) => {
      arrived += chunk.byteLength;
      hash.update(chunk);
      end.add(chunk);
      await file.write(chunk);
    };
    const bytes = await graph.readMime({ userId: at.mailboxId, messageId: message.graphId }, { ...callOptions(mailbox), onChunk });
    if (!end.isWhole()) throw new GraphError({ operation, code: 'TrawlMimeBrokenOff', status: 200 });
    isKept = await file.keep({ bytes, sha256: hash.digest('hex'), at: mailbox.gate.sentAt() });
  } catch (error) {
    mailbox.signal.throwIfAborted();
    // What breaks in its middle is this message's: it must not count as a Graph that cannot be reached.
    const isBroken = error instanceof GraphError && error.class === 'transient' && arrived > 0;
    throw isBroken ? new GraphError({ operation, code: 'TrawlMimeBrokenOff', status: error.status }) : error;
  } finally {
    if (!isKept) await file.drop();
  }
}

async function readOne(mailbox: MailboxWork, message: DueMime): Promise<void> {
  const { store, at } = mailbox;
  try {
    await retrying(() => readOnce(mailbox, message), mailbox.signal);
  } catch (error) {
    if (endsLane(error)) throw error;
    const { code, class: kind } = error as GraphError;
    // Gone since it was listed: its stream tells so.
    const skip = kind === 'notFound' ? null : { code, words: 'The MIME form of the message cannot be read' };
    await store.mimes.fail({ ...at, message, skip });
    if (message.tries >= 2 && skip !== null) mailbox.counts.skips += 1;
  }
}

/** Reads MIME forms of up to `limit` messages that are marked for it, where the source keeps them; says how many. A fault concerns one message only. */
export async function readDueMimes(
  mailbox: MailboxWork,
  { pass, lane, limit }: { pass: number; lane: number; limit: number },
): Promise<number> {
  if (!mailbox.policy.originalMime) return 0;
  for (let done = 0; done < limit; done += 1) {
    mailbox.signal.throwIfAborted();
    const message = await mailbox.store.mimes.claimDue({ ...mailbox.at, pass, lane });
    if (message === null) return done;
    await readOne(mailbox, message);
  }
  return limit;
}
