import { isoSeconds } from '../data/clock.ts';
import { changeKeyOf, conversationIdOf } from '../data/ids.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { MessageContent, Person } from '../data/model.ts';
import type { Preferences } from '../http/request.ts';
import { htmlToText, previewOf, textToHtml, withoutScripts } from './html.ts';
import { conversationIndexOf } from './conversation-index.ts';
import { folderId, messageId } from './mail-ids.ts';

const BASE_PROPERTIES = [
  'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'receivedDateTime', 'sentDateTime', 'hasAttachments',
  'internetMessageId', 'subject', 'bodyPreview', 'importance', 'parentFolderId', 'conversationId', 'conversationIndex',
  'isDeliveryReceiptRequested', 'isReadReceiptRequested', 'isRead', 'isDraft', 'webLink', 'inferenceClassification', 'body', 'sender', 'from',
  'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo', 'flag',
] as const; // prettier-ignore

/** As Exchange names the type in its refusals. */
export const MESSAGE_TYPE = {
  name: 'Microsoft.OutlookServices.Message',
  properties: [...BASE_PROPERTIES, 'uniqueBody', 'internetMessageHeaders'],
} as const;

export function recipient(person: Person | null): object | null {
  return person === null ? null : { emailAddress: { name: person.name, address: person.address } };
}

/** hasAttachments does not speak of inline ones: learn.microsoft.com/graph/api/resources/message. */
export function hasAttachments(content: MessageContent): boolean {
  return content.attachments.some((attachment) => attachment.kind === 'item' || !attachment.isInline);
}

export function bodyOf(content: MessageContent, prefer: Preferences): { contentType: string; content: string } {
  const { body } = content;
  if (prefer.textBodies) return { contentType: 'text', content: body.contentType === 'text' ? body.content : htmlToText(body.content) };
  return { contentType: 'html', content: body.contentType === 'text' ? textToHtml(body.content) : withoutScripts(body.content) };
}

/** A message as Graph gives it. Without `selected` all but uniqueBody and internetMessageHeaders. */
export function renderMessage(
  mailbox: MailboxState,
  item: ItemView,
  options: { readonly prefer: Preferences; readonly selected: ReadonlySet<string> | undefined },
): Record<string, unknown> {
  const { selected, prefer } = options;
  const content = item.load();
  const id = messageId(mailbox, item, prefer.immutableIds);
  const changeKey = changeKeyOf(mailbox.guid, { key: item.key, sequence: item.changedSeq });
  const values: Record<string, () => unknown> = {
    createdDateTime: () => isoSeconds(content.createdMs ?? content.receivedMs),
    lastModifiedDateTime: () => isoSeconds(item.changedMs ?? content.receivedMs),
    changeKey: () => changeKey,
    categories: () => content.categories,
    ...datesAndWords(mailbox, { item, content }),
    webLink: () =>
      `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(messageId(mailbox, item, false))}&exvsurl=1&viewmodel=ReadMessageItem`,
    inferenceClassification: () => content.inferenceClassification ?? 'focused',
    body: () => bodyOf(content, prefer),
    ...people(content),
    flag: () => flagOf(content),
    uniqueBody: () => bodyOf(content, prefer),
    internetMessageHeaders: () => content.headers,
  };
  const entity: Record<string, unknown> = { '@odata.etag': `W/"${changeKey}"`, id };
  for (const name of selected ? MESSAGE_TYPE.properties : BASE_PROPERTIES) {
    if (name !== 'id' && (!selected || selected.has(name))) entity[name] = values[name]!();
  }
  return entity;
}

function datesAndWords(
  mailbox: MailboxState,
  { item, content }: { item: ItemView; content: MessageContent },
): Record<string, () => unknown> {
  return {
    receivedDateTime: () => isoSeconds(content.receivedMs),
    sentDateTime: () => isoSeconds(content.sentMs),
    hasAttachments: () => hasAttachments(content),
    internetMessageId: () => content.internetMessageId,
    subject: () => content.subject,
    bodyPreview: () => previewOf(content.body),
    importance: () => content.importance,
    parentFolderId: () => folderId(mailbox, item.folderKey),
    conversationId: () => conversationIdOf(mailbox.guid, content.conversation),
    conversationIndex: () => conversationIndexOf(content),
    isDeliveryReceiptRequested: () => content.isDeliveryReceiptRequested ?? false,
    isReadReceiptRequested: () => content.isReadReceiptRequested ?? false,
    isRead: () => content.isRead,
    isDraft: () => content.isDraft,
  };
}

/** A control call or an older journal may have said no more than whether it is flagged. */
function flagOf({ flag, flagged }: MessageContent): object {
  if (flag && (flag['flagStatus'] !== 'notFlagged') === flagged) return flag;
  return { flagStatus: flagged ? 'flagged' : 'notFlagged' };
}

function people(content: MessageContent): Record<string, () => unknown> {
  return {
    sender: () => recipient(content.sender),
    from: () => recipient(content.from),
    toRecipients: () => content.to.map(recipient),
    ccRecipients: () => content.cc.map(recipient),
    bccRecipients: () => content.bcc.map(recipient),
    replyTo: () => content.replyTo.map(recipient),
  };
}

/** A message inside a message: no ids, no place. */
export function renderAttachedMessage(content: MessageContent, prefer: Preferences): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.message',
    id: '',
    createdDateTime: isoSeconds(content.receivedMs),
    lastModifiedDateTime: isoSeconds(content.receivedMs),
    receivedDateTime: isoSeconds(content.receivedMs),
    sentDateTime: isoSeconds(content.sentMs),
    hasAttachments: hasAttachments(content),
    internetMessageId: content.internetMessageId,
    subject: content.subject,
    importance: content.importance,
    isRead: content.isRead,
    isDraft: content.isDraft,
    body: bodyOf(content, prefer),
    sender: recipient(content.sender),
    from: recipient(content.from),
    toRecipients: content.to.map(recipient),
    ccRecipients: content.cc.map(recipient),
    flag: { flagStatus: 'notFlagged' },
  };
}
