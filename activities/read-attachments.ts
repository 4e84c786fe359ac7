import type { AttachmentContent } from '../contract/document.ts';
import { createHash } from 'node:crypto';
import { AnswerTooLargeError, GraphError } from '../graph/graph-error.ts';
import type { GraphAttachment } from '../graph/types.ts';
import type { AttachmentWrite, DueAttachments, ReadAttachments } from '../store/types.ts';
import { concernsAll } from './concerns-all.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

/**
 * Messages whose attachments are claimed and written together: one at a time, each costs eight commands to MongoDB and a
 * commit. Contents are hashed as they come, so that nothing large is held meanwhile.
 */
const messagesTogether = 20;

function attachmentTypeOf(attachment: GraphAttachment): AttachmentContent['attachmentType'] {
  const type = attachment['@odata.type'].toLowerCase();
  if (type.endsWith('itemattachment')) return 'item';
  return type.endsWith('referenceattachment') ? 'reference' : 'file';
}

function describe(attachment: GraphAttachment): AttachmentContent {
  return {
    name: attachment.name ?? null,
    contentType: attachment.contentType ?? null,
    attachmentType: attachmentTypeOf(attachment),
    inline: attachment.isInline ?? false,
    contentId: attachment.contentId ?? null,
    graphBytes: attachment.size ?? 0,
    bytes: null,
    sha256: null,
  };
}

/** Size and hash of a file attachment: from the list where its content came along, else streamed by a request of its own. */
async function measure(
  mailbox: MailboxWork,
  { messageId, attachment }: { messageId: string; attachment: GraphAttachment },
): Promise<AttachmentContent> {
  const described = describe(attachment);
  if (described.attachmentType !== 'file') return described;
  if (typeof attachment.contentBytes === 'string') {
    const bytes = Buffer.from(attachment.contentBytes, 'base64');
    return { ...described, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  const ask = { userId: mailbox.at.mailboxId, messageId, attachmentId: attachment.id };
  const hashed = await retrying(() => mailbox.graph.hashAttachment(ask, callOptions(mailbox)), mailbox.signal);
  return { ...described, ...hashed };
}

async function list(mailbox: MailboxWork, messageId: string): Promise<GraphAttachment[]> {
  const ask = { userId: mailbox.at.mailboxId, messageId, maxBytes: mailbox.settings.attachmentListMaxBytes };
  const read = (withContent: boolean) =>
    retrying(() => mailbox.graph.listAttachments({ ...ask, withContent }, callOptions(mailbox)), mailbox.signal);
  try {
    return await read(true);
  } catch (error) {
    if (error instanceof AnswerTooLargeError || (error instanceof GraphError && error.class === 'malformedItem')) return read(false);
    throw error;
  }
}

async function readOne(mailbox: MailboxWork, message: DueAttachments): Promise<ReadAttachments> {
  const attachments: AttachmentWrite[] = [];
  for (const attachment of await list(mailbox, message.graphId)) {
    mailbox.signal.throwIfAborted();
    const content = await measure(mailbox, { messageId: message.graphId, attachment });
    attachments.push({ attachmentId: attachment.id, content });
  }
  return { message, attachments, at: mailbox.gate.sentAt() };
}

async function writeRead(mailbox: MailboxWork, messages: ReadAttachments[]): Promise<void> {
  const { store, at, context } = mailbox;
  if (messages.length === 0) return;
  const written = await store.attachments.write({ ...at, messages, context });
  for (const { message, attachments } of messages) if (written.has(message.documentId)) mailbox.counts.documents += attachments.length;
}

async function readTogether(mailbox: MailboxWork, messages: readonly DueAttachments[]): Promise<void> {
  const { store, at, signal } = mailbox;
  const read: ReadAttachments[] = [];
  try {
    for (const message of messages) {
      signal.throwIfAborted();
      try {
        read.push(await readOne(mailbox, message));
      } catch (error) {
        if (await concernsAll(mailbox, error)) throw error;
        const { code } = error as GraphError;
        await store.attachments.fail({ ...at, message, code, words: 'The attachments of the message cannot be read' });
        if (message.tries >= 2) mailbox.counts.skips += 1;
      }
    }
  } finally {
    // Whatever ended the others, what was read need not be read again.
    await writeRead(mailbox, read);
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
