import { AnswerTooLargeError, type GraphError } from '../graph/graph-error.ts';
import type { Graph } from '../graph/types.ts';
import type { AttachmentWrite, DueAttachments } from '../store/types.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { toDate } from './map-body.ts';
import { readContents, readOthers, type Together } from './message-attachments.ts';
import { graphTime, secondMs, wholeSecond } from './received-from.ts';
import { meetsAll, retrying } from './retrying.ts';
import type { PlacedMessage } from './take-neighbours.ts';

/** Does what there is to do about one message, a fault in which is its own. */
export type Settle = (message: DueAttachments, read: () => Promise<{ attachments: AttachmentWrite[]; at: Date }>) => Promise<void>;

/** Of a group that was asked for: who is to be read singly, and who lies behind the end of the answer. */
export interface NotRead {
  singly: PlacedMessage[];
  further: PlacedMessage[];
}

type Answer = Awaited<ReturnType<Graph['listWithAttachments']>>;

/** Messages without attachments between those that have some cost next to nothing; others' attachments do. */
const mostOf = (count: number, attachedOnly: boolean) => (attachedOnly ? count + Math.ceil(count / 2) : 8 * count + 8);

/** Null where the group cannot be had in one answer. */
async function ask(mailbox: MailboxWork, group: readonly PlacedMessage[]): Promise<Answer | null> {
  const { graph, at, settings, signal, groupSize } = mailbox;
  const [first, last] = [group[0]!, group.at(-1)!];
  const attachedOnly = group.every((message) => message.hasAttachments);
  const most = mostOf(group.length, attachedOnly);
  const range = {
    from: graphTime(wholeSecond(first.receivedAt))!,
    before: graphTime(new Date(wholeSecond(last.receivedAt).getTime() + secondMs))!,
  };
  const query = { userId: at.mailboxId, folderId: first.folderId, ...range, attachedOnly, most, maxBytes: settings.attachmentListMaxBytes };
  const asked = async () => {
    try {
      return await graph.listWithAttachments(query, callOptions(mailbox));
    } catch (error) {
      signal.throwIfAborted();
      // All other faults are the group's own, a connection that breaks too: then its messages are read otherwise.
      if (meetsAll(error)) throw error;
      const byItem = error instanceof AnswerTooLargeError || (error as GraphError).class === 'malformedItem';
      if (byItem) groupSize.halve();
      else groupSize.pause();
      return null;
    }
  };
  return retrying(asked, signal);
}

function notReadOf(group: readonly PlacedMessage[], { messages, more }: Answer, used: ReadonlySet<string>): NotRead {
  const endMs = Math.max(...messages.map(({ receivedDateTime }) => toDate(receivedDateTime ?? null)?.getTime() ?? 0));
  const missing = group.filter(({ graphId }) => !used.has(graphId));
  const goesOn = more && used.size > 0;
  const isFurther = ({ receivedAt }: PlacedMessage) => goesOn && receivedAt.getTime() > endMs;
  return { singly: missing.filter((message) => !isFurther(message)), further: missing.filter(isFurther) };
}

/** Those of a group that an answer tells whole and as they were when they were marked. */
function takenFrom({ messages }: Answer, group: readonly PlacedMessage[]) {
  const told = new Map(messages.map((message) => [message.id, message]));
  return group.flatMap((message) => {
    const { attachments = null, changeKey = null } = told.get(message.graphId) ?? {};
    const isSame = changeKey !== null && changeKey === message.changeKey;
    return attachments !== null && isSame ? [{ message, listed: attachments }] : [];
  });
}

/**
 * Reads the attachments of neighbours by one request over the part of their folder that holds them. Only what is as it was
 * when it was marked is taken from there: what has moved, changed or gone since, or may not be told whole, is to be read
 * singly. Null where the group cannot be had in one answer; the lane's group size is smaller then.
 */
export async function readNeighbours(
  mailbox: MailboxWork,
  { group, settle }: { group: readonly PlacedMessage[]; settle: Settle },
): Promise<NotRead | null> {
  const { heldBytes, settings, signal, groupSize, gate } = mailbox;
  const unfinished: { message: DueAttachments; together: Together; at: Date }[] = [];
  let notRead: NotRead;
  const held = await heldBytes.take(settings.attachmentListMaxBytes, signal);
  try {
    const answer = await ask(mailbox, group);
    if (answer === null) return null;
    const at = gate.sentAt();
    held.shrinkTo(answer.bytes);
    const taken = takenFrom(answer, group);
    const used = new Set(taken.map(({ message }) => message.graphId));
    const brought = answer.messages.filter(({ attachments }) => attachments !== null).length;
    groupSize.answered({ bytes: answer.bytes, brought, used: used.size });
    notRead = notReadOf(group, answer, used);
    for (const { message, listed } of taken) {
      const together = await readContents(mailbox, { messageId: message.graphId, listed });
      if (together.others.length > 0) unfinished.push({ message, together, at });
      else await settle(message, async () => ({ attachments: together.read, at }));
    }
  } finally {
    held.release();
  }
  // What is asked for singly takes bytes of its own: nobody waits while holding.
  for (const { message, together, at } of unfinished) {
    await settle(message, async () => {
      const others = await readOthers(mailbox, { messageId: message.graphId, others: together.others });
      return { attachments: [...together.read, ...others], at };
    });
  }
  return notRead;
}
