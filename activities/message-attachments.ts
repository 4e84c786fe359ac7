import { hash } from 'node:crypto';
import type { AttachmentContent } from '../contract/document.ts';
import { leftUnread, type Extraction } from '../contract/extraction.ts';
import { AnswerTooLargeError, GraphError } from '../graph/graph-error.ts';
import type { GraphAttachment } from '../graph/types.ts';
import type { AttachmentWrite } from '../store/types.ts';
import { leavesOut, refusalOf } from './attachment-policy.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { concernsAll } from './concerns-all.ts';
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

/** A picture that the message's body shows: told apart, and without words to read. */
const isInlineImage = ({ inline, contentType }: AttachmentContent) => inline && /^image\//i.test(contentType ?? '');

const inlineImage: Extraction = { outcome: 'notRead', words: 'A picture that the message shows', version: null };

/** Reads the attachments of one message, in one request where they are small. */
export async function readMessageAttachments(mailbox: MailboxWork, messageId: string): Promise<AttachmentWrite[]> {
  const { settings, policy } = mailbox;
  const together = leavesOut(policy.attachments, settings.attachmentListMaxBytes) ? null : await readTogether(mailbox, messageId);
  const others = together?.others ?? (await list(mailbox, { messageId, withContent: false }));
  return [...(together?.read ?? []), ...(await readOthers(mailbox, { messageId, others }))];
}

/**
 * Reads attachments by a request each. What is asked for singly takes bytes of its own, and so comes after those of a list
 * are given back: nobody waits while holding.
 */
export async function readOthers(
  mailbox: MailboxWork,
  { messageId, others }: { messageId: string; others: readonly GraphAttachment[] },
): Promise<AttachmentWrite[]> {
  const read: AttachmentWrite[] = [];
  for (const attachment of others) {
    const { contentBytes: _, ...told } = attachment;
    read.push(await readOne(mailbox, { messageId, attachment: told }));
  }
  return read;
}

/** Reads what was listed with its content, while its bytes are held. */
export async function readContents(
  mailbox: MailboxWork,
  { messageId, listed }: { messageId: string; listed: readonly GraphAttachment[] },
): Promise<Together> {
  const together: Together = { read: [], others: [] };
  for (const attachment of listed) {
    if (typeof attachment.contentBytes !== 'string') together.others.push(attachment);
    else together.read.push(await readOne(mailbox, { messageId, attachment }));
  }
  return together;
}

async function list(mailbox: MailboxWork, { messageId, withContent }: { messageId: string; withContent: boolean }) {
  const ask = { userId: mailbox.at.mailboxId, messageId, maxBytes: mailbox.settings.attachmentListMaxBytes, withContent };
  return retrying(() => mailbox.graph.listAttachments(ask, callOptions(mailbox)), mailbox.signal);
}

/** Attachments of a message as its list told them. */
export interface Together {
  read: AttachmentWrite[];
  /** What came without content. */
  others: GraphAttachment[];
}

/** Null when the contents are too large for one answer, or one of them cannot be given. */
async function readTogether(mailbox: MailboxWork, messageId: string): Promise<Together | null> {
  const held = await mailbox.heldBytes.take(mailbox.settings.attachmentListMaxBytes, mailbox.signal);
  try {
    const listed = await list(mailbox, { messageId, withContent: true });
    // What was reserved for the answer is more than it had: others need it while these files are read.
    held.shrinkTo(listed.reduce((sum, { contentBytes }) => sum + (contentBytes?.length ?? 0), 0));
    return await readContents(mailbox, { messageId, listed });
  } catch (error) {
    const singly = error instanceof AnswerTooLargeError || (error instanceof GraphError && error.class === 'malformedItem');
    if (!singly) throw error;
    return null;
  } finally {
    held.release();
  }
}

interface OneAttachment {
  messageId: string;
  attachment: GraphAttachment;
}

async function readOne(mailbox: MailboxWork, one: OneAttachment): Promise<AttachmentWrite> {
  mailbox.signal.throwIfAborted();
  const { attachment } = one;
  const content = describe(attachment);
  const attachmentId = attachment.id;
  if (content.attachmentType === 'reference') return { attachmentId, content: { ...content, link: await linkOf(mailbox, one) } };
  const refusal = refusalOf(mailbox.policy.attachments, content);
  if (refusal !== null) return { attachmentId, content: { ...content, extraction: refusal } };
  if (content.attachmentType === 'item') return readItem(mailbox, { ...one, content });
  if (typeof attachment.contentBytes === 'string') {
    const bytes = Buffer.from(attachment.contentBytes, 'base64');
    const sha256 = hash('sha256', bytes, 'hex');
    return extract(mailbox, { attachmentId, content: { ...content, bytes: bytes.length, sha256 }, bytes });
  }
  return readStreamed(mailbox, { ...one, content });
}

type Described = OneAttachment & { content: AttachmentContent };

/** How much more than Graph says a file may have: its `size` is that of the stored form, and no promise. */
const slackBytes = 1_048_576;

/** A file by a request of its own: hashed as it comes, kept only when it is small enough to be read for its words. */
async function readStreamed(mailbox: MailboxWork, { messageId, attachment, content }: Described): Promise<AttachmentWrite> {
  const { settings, extract: reader, heldBytes, signal } = mailbox;
  const isUnread = reader === null || isInlineImage(content) || content.graphBytes > settings.extractMaxBytes;
  const wanted = isUnread ? 0 : content.graphBytes + slackBytes;
  const held = await heldBytes.take(Math.min(wanted, settings.extractMaxBytes), signal);
  try {
    const ask = { userId: mailbox.at.mailboxId, messageId, attachmentId: attachment.id, keepBytes: held.bytes };
    const { bytes, sha256, content: kept } = await retrying(() => mailbox.graph.readAttachment(ask, callOptions(mailbox)), signal);
    held.shrinkTo(kept?.length ?? 0);
    return await extract(mailbox, { attachmentId: attachment.id, content: { ...content, bytes, sha256 }, bytes: kept });
  } finally {
    held.release();
  }
}

/** An attached mail, event or contact, in the form that Graph gives it: what is in it are parts. One that Graph cannot give is said so. */
async function readItem(mailbox: MailboxWork, { messageId, attachment, content }: Described): Promise<AttachmentWrite> {
  const { settings, extract: reader, heldBytes, signal } = mailbox;
  const attachmentId = attachment.id;
  const wanted = reader !== null ? 2 * content.graphBytes + slackBytes : 0;
  const held = await heldBytes.take(Math.min(wanted, settings.extractMaxBytes), signal);
  try {
    const ask = { userId: mailbox.at.mailboxId, messageId, attachmentId, keepBytes: held.bytes };
    const { bytes, content: kept } = await retrying(() => mailbox.graph.readAttachment(ask, callOptions(mailbox)), signal);
    held.shrinkTo(kept?.length ?? 0);
    // Its hash would be that of a rendering, which may differ from one asking to the next.
    return await extract(mailbox, { attachmentId, content: { ...content, bytes }, bytes: kept });
  } catch (error) {
    if (await concernsAll(mailbox, error)) throw error;
    const words = `Microsoft 365 does not give the item (${(error as GraphError).code})`;
    return { attachmentId, content: { ...content, extraction: { outcome: 'broken', words, version: null } } };
  } finally {
    held.release();
  }
}

async function extract(
  mailbox: MailboxWork,
  { attachmentId, content, bytes }: { attachmentId: string; content: AttachmentContent; bytes: Uint8Array | null },
): Promise<AttachmentWrite> {
  if (isInlineImage(content)) return { attachmentId, content: { ...content, extraction: inlineImage } };
  if (mailbox.extract === null) {
    const fields = { text: null, textTruncated: false };
    return { attachmentId, content: { ...content, extraction: leftUnread }, fields, parts: [] };
  }
  if (bytes === null) {
    const words = `It is larger than the ${mailbox.settings.extractMaxBytes} bytes up to which files are read for their words`;
    return { attachmentId, content: { ...content, extraction: { outcome: 'tooBig', words, version: null } } };
  }
  const { datasetId } = mailbox.context;
  return { attachmentId, ...(await mailbox.extract({ content, bytes, datasetId }, mailbox.signal)) };
}

/** Beta is asked, which promises nothing: without its answer the link is not known. */
async function linkOf(mailbox: MailboxWork, { messageId, attachment }: OneAttachment): Promise<AttachmentContent['link']> {
  const ask = { userId: mailbox.at.mailboxId, messageId, attachmentId: attachment.id };
  try {
    const { sourceUrl = null, providerType = null } = await retrying(
      () => mailbox.graph.getReference(ask, callOptions(mailbox)),
      mailbox.signal,
    );
    return { url: sourceUrl, provider: providerType };
  } catch (error) {
    if (await concernsAll(mailbox, error)) throw error;
    return null;
  }
}
