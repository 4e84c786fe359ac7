import type { AttachmentContent } from '../contract/document.ts';
import { createHash } from 'node:crypto';
import { AnswerTooLargeError, GraphError } from '../graph/graph-error.ts';
import type { GraphAttachment } from '../graph/types.ts';
import type { AttachmentWrite, DueAttachments } from '../store/types.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

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

async function readOne(mailbox: MailboxWork, message: DueAttachments): Promise<void> {
  const { store, at, context } = mailbox;
  const attachments: AttachmentWrite[] = [];
  for (const attachment of await list(mailbox, message.graphId)) {
    mailbox.signal.throwIfAborted();
    const content = await measure(mailbox, { messageId: message.graphId, attachment });
    attachments.push({ attachmentId: attachment.id, content });
  }
  const written = await store.attachments.write({ ...at, message, attachments, context, at: mailbox.gate.sentAt() });
  if (written) mailbox.counts.documents += attachments.length;
}

/** Faults of the mailbox or the credential end the lane; every other one concerns this message only. */
const concernsAll = (error: unknown) =>
  !(error instanceof GraphError) || error.class === 'unauthorised' || error.class === 'throttled' || error.class === 'ineligible';

/**
 * Reads attachments of up to `limit` messages that are marked for it. A fault of one message never holds up the
 * others: it is put back, and becomes a skip after some tries.
 */
export async function readDueAttachments(
  mailbox: MailboxWork,
  { pass, lane, limit }: { pass: number; lane: number; limit: number },
): Promise<number> {
  const { store, at, signal } = mailbox;
  for (let done = 0; done < limit; done += 1) {
    signal.throwIfAborted();
    const message = await store.attachments.claimDue({ ...at, pass, lane });
    if (message === null) return done;
    try {
      await readOne(mailbox, message);
    } catch (error) {
      if (concernsAll(error)) throw error;
      const { code } = error as GraphError;
      await store.attachments.fail({ ...at, message, code, words: 'The attachments of the message cannot be read' });
      if (message.tries >= 2) mailbox.counts.skips += 1;
    }
  }
  return limit;
}
