import { isoSeconds } from '../data/clock.ts';
import { conversationIdOf } from '../data/ids.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { AttachmentContent, MessageContent } from '../data/model.ts';
import type { Preferences } from '../http/request.ts';
import { eventMessageParts } from './event-message.ts';
import { sizeOf } from './extended-properties.ts';
import { previewOf } from './html.ts';
import { attachmentId } from './mail-ids.ts';
import { headersOf } from './message-headers.ts';
import { renderAttachedContact, renderAttachedEvent } from './render-attached.ts';
import { bodyOf, hasAttachments, recipient } from './render-message.ts';

/** learn.microsoft.com/graph/api/attachment-get: attached items are expanded up to 30 levels deep. */
const MAX_LEVELS = 30;

export interface AttachmentPlace {
  readonly mailbox: MailboxState;
  readonly item: ItemView;
  /** Positions from the message down to the attachment. */
  readonly path: readonly string[];
  readonly prefer: Preferences;
  readonly isBeta: boolean;
}

export interface AttachmentOptions {
  readonly withBytes: boolean;
  /** Gives the item of an item attachment, with what is attached to that in turn. */
  readonly withItem: boolean;
}

export function renderContent(attachment: AttachmentContent, place: AttachmentPlace, options: AttachmentOptions): Record<string, unknown> {
  const { mailbox, item, path, prefer } = place;
  const id = attachmentId(mailbox, { item, index: 0, key: path.join('.'), immutable: prefer.immutableIds });
  const common = { id, lastModifiedDateTime: isoSeconds(attachment.modifiedMs ?? item.receivedMs), name: attachment.name };
  if (attachment.kind === 'reference') return referenceParts(attachment, place, common);
  if (attachment.kind === 'file') {
    const content = attachment.bytes();
    // What Exchange stores is larger than the file; the size is no checksum.
    const size = content.length + 200 + attachment.name.length * 2;
    return {
      '@odata.type': '#microsoft.graph.fileAttachment',
      '@odata.mediaContentType': attachment.contentType,
      ...common,
      ...{
        contentType: attachment.contentType,
        size,
        isInline: attachment.isInline,
        contentId: attachment.contentId,
        contentLocation: null,
      },
      ...(options.withBytes
        ? { contentBytes: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64') }
        : {}),
    };
  }
  const size = sizeOf(attachment.message) + (attachment.event || attachment.contact ? 1_000 : 0);
  return {
    '@odata.type': '#microsoft.graph.itemAttachment',
    ...common,
    ...{ contentType: null, size, isInline: false },
    ...(options.withItem && path.length <= MAX_LEVELS ? { item: renderItem(attachment, place) } : {}),
  };
}

/** The size of a reference is that of its metadata; where it points to is told by beta alone. */
function referenceParts(
  attachment: Extract<AttachmentContent, { kind: 'reference' }>,
  { isBeta }: AttachmentPlace,
  common: object,
): Record<string, unknown> {
  const { sourceUrl = null, providerType = 'other', contentType, size, isInline } = attachment;
  const beta = { sourceUrl, providerType, thumbnailUrl: null, previewUrl: null, permission: 'edit', isFolder: false };
  return {
    '@odata.type': '#microsoft.graph.referenceAttachment',
    ...common,
    ...{ contentType, size, isInline },
    ...(isBeta ? beta : {}),
  };
}

function renderItem(item: Extract<AttachmentContent, { kind: 'item' }>, place: AttachmentPlace): Readonly<Record<string, unknown>> {
  if (item.entity) return item.entity;
  if (item.event) return renderAttachedEvent(item.event, place.prefer);
  if (item.contact) return renderAttachedContact(item.contact);
  return renderAttachedMessage(item.message, place);
}

/** A message inside a message: no ids, no place. */
function renderAttachedMessage(content: MessageContent, place: AttachmentPlace): Record<string, unknown> {
  const { prefer, mailbox, path } = place;
  const meeting = eventMessageParts(content, prefer);
  const nested = content.attachments.map((attachment, index) =>
    renderContent(attachment, { ...place, path: [...path, attachment.key ?? String(index)] }, { withBytes: true, withItem: true }),
  );
  return {
    '@odata.type': meeting?.type ?? '#microsoft.graph.message',
    id: '',
    ...{
      createdDateTime: isoSeconds(content.receivedMs),
      lastModifiedDateTime: isoSeconds(content.receivedMs),
      categories: content.categories,
    },
    ...{
      receivedDateTime: isoSeconds(content.receivedMs),
      sentDateTime: isoSeconds(content.sentMs),
      hasAttachments: hasAttachments(content),
    },
    ...{ internetMessageId: content.internetMessageId, subject: content.subject, bodyPreview: previewOf(content.body) },
    ...{ importance: content.importance, conversationId: conversationIdOf(mailbox.guid, content.conversation) },
    conversationIndex: Buffer.from(`\u0001${content.sentMs}`, 'latin1').toString('base64'),
    ...{ isDeliveryReceiptRequested: false, isReadReceiptRequested: false, isRead: content.isRead, isDraft: content.isDraft },
    webLink: 'https://outlook.office365.com/owa/?viewmodel=ReadMessageItem',
    internetMessageHeaders: headersOf(content),
    body: bodyOf(content, prefer),
    ...{ sender: recipient(content.sender), from: recipient(content.from), toRecipients: content.to.map(recipient) },
    ...{ ccRecipients: content.cc.map(recipient), bccRecipients: content.bcc.map(recipient), replyTo: content.replyTo.map(recipient) },
    flag: { flagStatus: content.flagged ? 'flagged' : 'notFlagged' },
    ...meeting?.values,
    ...(nested.length > 0 ? { attachments: nested } : {}),
  };
}
