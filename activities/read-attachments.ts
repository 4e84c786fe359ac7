import type { GraphError } from '../graph/graph-error.ts';
import type { DueAttachments, ReadAttachments } from '../store/types.ts';
import { concernsAll } from './concerns-all.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { readMessageAttachments } from './message-attachments.ts';

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

async function readTogether(mailbox: MailboxWork, messages: readonly DueAttachments[]): Promise<void> {
  const { store, at, signal } = mailbox;
  let read: ReadAttachments[] = [];
  let characters = 0;
  const write = async () => {
    const whole = read;
    read = [];
    characters = 0;
    await writeRead(mailbox, whole);
  };
  try {
    for (const message of messages) {
      signal.throwIfAborted();
      try {
        const attachments = await readMessageAttachments(mailbox, message.graphId);
        const whole = { message, attachments, at: mailbox.gate.sentAt() };
        read.push(whole);
        characters += charactersOf(whole);
        if (characters > charactersTogether) await write();
      } catch (error) {
        if (await concernsAll(mailbox, error)) throw error;
        const { code } = error as GraphError;
        await store.attachments.fail({ ...at, message, code, words: 'The attachments of the message cannot be read' });
        if (message.tries >= 2) mailbox.counts.skips += 1;
      }
    }
  } finally {
    // Whatever ended the others, what was read need not be read again.
    await write();
  }
}

/**
 * Reads attachments of up to `limit` messages that are marked for it. A fault of one message never holds up the
 * others: it is put back, and becomes a skip after some tries.
 */
export async function readDueAttachments(
  mailbox: MailboxWork,
  { pass, lane, limit }: { pass: number; lane: number; limit: number },
): Promise<number> {
  const { store, at, signal } = mailbox;
  let done = 0;
  while (done < limit) {
    signal.throwIfAborted();
    const messages = await store.attachments.claimDue({ ...at, pass, lane, limit: Math.min(messagesTogether, limit - done) });
    if (messages.length === 0) break;
    await readTogether(mailbox, messages);
    done += messages.length;
  }
  return done;
}
