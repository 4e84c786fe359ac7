import type { GraphError } from '../graph/graph-error.ts';
import type { DueAttachments, ReadAttachments } from '../store/types.ts';
import { concernsAll } from './concerns-all.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { leavesOut } from './attachment-policy.ts';
import { readMessageAttachments } from './message-attachments.ts';
import { readNeighbours, type Settle } from './read-neighbours.ts';
import { inOrder, takeNeighbours } from './take-neighbours.ts';

/**
 * Messages whose attachments are claimed and written together: one at a time, each costs eight commands to MongoDB and a
 * commit. Of contents only the words are held meanwhile, and they are written earlier when they are many.
 */
const messagesTogether = 50;
const charactersTogether = 8_000_000;

function charactersOf({ attachments }: ReadAttachments): number {
  const texts = attachments.flatMap(({ fields, parts = [] }) => [fields?.text, ...parts.map((part) => part.fields.text)]);
  return texts.reduce((sum: number, text) => sum + (text?.length ?? 0), 0);
}

async function writeRead(mailbox: MailboxWork, messages: ReadAttachments[]): Promise<void> {
  const { store, at, context } = mailbox;
  if (messages.length === 0) return;
  const written = await store.attachments.write({ ...at, messages, context });
  for (const { message, attachments } of messages) if (written.has(message.documentId)) mailbox.counts.documents += attachments.length;
}

/** What was read and is not written yet, and how each message is read. */
function openReading(mailbox: MailboxWork): { settle: Settle; write(): Promise<void> } {
  const { store, at, signal } = mailbox;
  let read: ReadAttachments[] = [];
  let characters = 0;
  const write = async () => {
    const whole = read;
    read = [];
    characters = 0;
    await writeRead(mailbox, whole);
  };
  const settle: Settle = async (message, reading) => {
    signal.throwIfAborted();
    try {
      const whole = { message, ...(await reading()) };
      read.push(whole);
      characters += charactersOf(whole);
      if (characters > charactersTogether) await write();
    } catch (error) {
      if (await concernsAll(mailbox, error)) throw error;
      const { code } = error as GraphError;
      await store.attachments.fail({ ...at, message, code, words: 'The attachments of the message cannot be read' });
      if (message.tries >= 2) mailbox.counts.skips += 1;
    }
  };
  return { settle, write };
}

/** Reads what is queued: neighbours in one request, as many as the lane has learned to ask for, and the others singly. */
async function readQueue(mailbox: MailboxWork, { queue, settle }: { queue: DueAttachments[]; settle: Settle }): Promise<void> {
  const { policy, settings, groupSize } = mailbox;
  const readSingly = (message: DueAttachments) =>
    settle(message, async () => {
      const attachments = await readMessageAttachments(mailbox, message.graphId);
      return { attachments, at: mailbox.gate.sentAt() };
    });
  // What may be left out is asked for without its content, which a list of messages does not offer.
  const mayGroup = !leavesOut(policy.attachments, settings.attachmentListMaxBytes);
  while (queue.length > 0) {
    const group = mayGroup ? takeNeighbours(queue, groupSize.next()) : [];
    if (group.length === 0) {
      await readSingly(queue.shift()!);
      groupSize.wentSingly();
      continue;
    }
    const notRead = await readNeighbours(mailbox, { group, settle });
    queue.unshift(...(notRead?.further ?? group));
    for (const message of notRead?.singly ?? []) await readSingly(message);
  }
}

async function readTogether(mailbox: MailboxWork, messages: readonly DueAttachments[]): Promise<void> {
  const { settle, write } = openReading(mailbox);
  try {
    await readQueue(mailbox, { queue: inOrder(messages), settle });
  } finally {
    // Whatever ended the others, what was read need not be read again.
    await write();
  }
}

/**
 * Reads attachments of up to `limit` messages that are marked for it, those of folder `near` first. A fault of one message never holds up the
 * others: it is put back, and becomes a skip after some tries.
 */
export async function readDueAttachments(
  mailbox: MailboxWork,
  { limit, ...claim }: { pass: number; lane: number; limit: number; near?: string },
): Promise<number> {
  const { store, at, signal } = mailbox;
  let done = 0;
  while (done < limit) {
    signal.throwIfAborted();
    const messages = await store.attachments.claimDue({ ...at, ...claim, limit: Math.min(messagesTogether, limit - done) });
    if (messages.length === 0) break;
    await readTogether(mailbox, messages);
    done += messages.length;
  }
  return done;
}
