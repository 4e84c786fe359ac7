import { isoSeconds } from '../data/clock.ts';
import { changeKeyOf, conversationIdOf } from '../data/ids.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { MessageContent, Person } from '../data/model.ts';
import { parseSelect } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { Preferences } from '../http/request.ts';
import { conversationIndexOf } from './conversation-index.ts';
import { EVENT_MESSAGE_PROPERTIES, eventMessageParts } from './event-message.ts';
import { htmlToText, previewOf, textToHtml, uniquePart, withoutScripts } from './html.ts';
import { folderId, messageId } from './mail-ids.ts';
import { headersOf } from './message-headers.ts';

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
  return content.attachments.some((attachment) => attachment.kind !== 'file' || !attachment.isInline);
}

/** What a reader with Mail.ReadBasic alone is not given: learn.microsoft.com/graph/permissions-reference. */
export const NOT_BASIC: ReadonlySet<string> = new Set(['body', 'bodyPreview', 'uniqueBody']);

export function bodyOf({ body }: Pick<MessageContent, 'body'>, prefer: Preferences): { contentType: string; content: string } {
  if (prefer.textBodies) return { contentType: 'text', content: body.contentType === 'text' ? body.content : htmlToText(body.content) };
  return {
    contentType: 'html',
    content: body.contentType === 'text' ? textToHtml(body.content) : prefer.unsafeHtml ? body.content : withoutScripts(body.content),
  };
}

export interface RenderOptions {
  readonly prefer: Preferences;
  readonly selected: ReadonlySet<string> | undefined;
  /** For a reader with Mail.ReadBasic alone. */
  readonly isBasic?: boolean;
}

/** How each property of a message is made. Nothing is made before it is asked for. */
export function messageValues(mailbox: MailboxState, item: ItemView, prefer: Preferences): Readonly<Record<string, () => unknown>> {
  const content = item.load();
  return {
    id: () => messageId(mailbox, item, prefer.immutableIds),
    createdDateTime: () => isoSeconds(content.createdMs ?? content.receivedMs),
    lastModifiedDateTime: () => isoSeconds(item.changedMs ?? content.receivedMs),
    changeKey: () => changeKeyOf(mailbox.guid, { key: item.key, sequence: item.changedSeq }),
    categories: () => content.categories,
    ...datesAndWords(mailbox, { item, content }),
    webLink: () =>
      `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(messageId(mailbox, item, false))}&exvsurl=1&viewmodel=ReadMessageItem`,
    inferenceClassification: () => content.inferenceClassification ?? 'focused',
    body: () => bodyOf(content, prefer),
    ...people(content),
    flag: () => flagOf(content),
    uniqueBody: () => bodyOf({ body: uniquePart(content.body) }, prefer),
    internetMessageHeaders: () => headersOf(content),
  };
}

/** A message as Graph gives it. Without `selected` all but uniqueBody and internetMessageHeaders. */
export function renderMessage(mailbox: MailboxState, item: ItemView, options: RenderOptions): Record<string, unknown> {
  const { selected, prefer } = options;
  const content = item.load();
  const values = messageValues(mailbox, item, prefer);
  const changeKey = values['changeKey']!();
  const meeting = eventMessageParts(content, prefer);
  const entity: Record<string, unknown> = {
    ...(meeting ? { '@odata.type': meeting.type } : {}),
    ...{ '@odata.etag': `W/"${String(changeKey)}"`, id: values['id']!() },
  };
  for (const name of selected ? MESSAGE_TYPE.properties : BASE_PROPERTIES) {
    if (name === 'id' || (selected && !selected.has(name)) || (options.isBasic && NOT_BASIC.has(name))) continue;
    entity[name] = name === 'changeKey' ? changeKey : values[name]!();
  }
  for (const [name, value] of Object.entries(meeting?.values ?? {})) if (!selected || selected.has(name)) entity[name] = value;
  return entity;
}

/**
 * The names of `$select`. A derived type's property has to be named with its type, as in
 * microsoft.graph.eventMessage/startDateTime.
 */
export function selectMessage(text: string | undefined): ReadonlySet<string> | undefined {
  const type = { name: MESSAGE_TYPE.name, properties: [...MESSAGE_TYPE.properties, ...EVENT_MESSAGE_PROPERTIES] };
  const selected = parseSelect(text, type);
  const plain = (text ?? '').split(',').map((name) => name.trim().toLowerCase());
  const uncast = EVENT_MESSAGE_PROPERTIES.find((name) => plain.includes(name.toLowerCase()));
  if (selected && uncast !== undefined) throw PROBLEMS.unknownProperty(uncast, MESSAGE_TYPE.name);
  return selected;
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
