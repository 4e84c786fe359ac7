import { randomBytes } from 'node:crypto';
import type { StoredAttachment, StoredMessage } from '../../data/changes.ts';
import type { AttachmentContent, MessageContent } from '../../data/model.ts';
import type { Blobs } from '../../data/blobs.ts';
import type { ItemView } from '../../data/mailbox-state.ts';

export function newItemKey(): string {
  return `x${randomBytes(6).toString('hex')}`;
}

/** <random@host>, as Exchange makes internetMessageId. */
export function newInternetMessageId(): string {
  return `<${randomBytes(12).toString('hex').toUpperCase()}@emulator.prod.outlook.com>`;
}

/** A message's content as the journal keeps it, to be put elsewhere: a copy, a delivered mail, an attached message. */
export function storedOf(content: MessageContent, blobs: Blobs): StoredMessage {
  const { attachments, mime, from, sender, internetMessageId, ...fields } = content;
  return {
    ...fields,
    ...(from ? { from } : {}),
    ...(sender ? { sender } : {}),
    ...(internetMessageId === null ? {} : { internetMessageId }),
    ...(mime ? { blob: blobs.put(mime()) } : {}),
    attachments: storedAttachments(attachments, blobs),
  };
}

/** Each keeps the key that its id is made of. */
export function storedAttachments(attachments: readonly AttachmentContent[], blobs: Blobs): StoredAttachment[] {
  return attachments.map((attachment, index) => {
    const key = attachment.key ?? String(index);
    if (attachment.kind === 'item') return { ...attachment, key, message: storedOf(attachment.message, blobs) };
    if (attachment.kind === 'reference') return { ...attachment, key };
    const { bytes, ...file } = attachment;
    return { ...file, key, blob: blobs.put(bytes()) };
  });
}

/** All attachments of a message and a new one behind them. */
export function withOneMore(item: ItemView, attachment: StoredAttachment, blobs: Blobs): readonly StoredAttachment[] {
  return [...storedAttachments(item.load().attachments, blobs), attachment];
}
