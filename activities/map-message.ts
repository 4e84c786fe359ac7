import type { DocumentContent, Protection } from '../contract/document.ts';
import { protectionOfBody } from '../contract/protection.ts';
import type { GraphFlag, GraphMessage } from '../graph/types.ts';
import type { DocumentUpsert } from '../store/types.ts';
import { contentHash } from './content-hash.ts';
import { mapBody, toDate, toInstant, told, toPeople, toPerson, withoutUndefined } from './map-body.ts';
import { mapMeeting } from './map-meeting.ts';
import { readHeaders } from './read-headers.ts';

/** An answer to the full $select has all of these; a partial update of delta lacks some. */
const tellingFields = ['subject', 'body', 'lastModifiedDateTime', 'hasAttachments', 'isRead', 'toRecipients'] as const;

export function isWholeMessage(message: GraphMessage): boolean {
  return tellingFields.every((field) => message[field] !== undefined);
}

function flagFields(flag: GraphFlag | null): Pick<DocumentContent, 'flag' | 'flagStartAt' | 'flagDueAt' | 'flagCompletedAt'> {
  return {
    flag: flag?.flagStatus ?? null,
    flagStartAt: toInstant(flag?.startDateTime ?? null),
    flagDueAt: toInstant(flag?.dueDateTime ?? null),
    flagCompletedAt: toInstant(flag?.completedDateTime ?? null),
  };
}

/** What headers say, and what encryption and signatures are seen in them and in the body; each only where it was told. */
function seenFields(message: GraphMessage): DocumentContent {
  const { internetMessageHeaders: headers, body } = message;
  if (headers === undefined) return {};
  const { fields, protection } = readHeaders(headers);
  if (body === undefined) return fields;
  const inBody = protectionOfBody(body?.content ?? '').map((kind): Protection => ({ kind, seenIn: 'body' }));
  return { ...fields, protection: inBody.length === 0 ? protection : [...protection, ...inBody] };
}

function toContent(message: GraphMessage): DocumentContent {
  return withoutUndefined<DocumentContent>({
    changeKey: message.changeKey,
    internetMessageId: message.internetMessageId,
    conversationId: message.conversationId,
    conversationIndex: message.conversationIndex,
    subject: message.subject,
    preview: message.bodyPreview,
    ...mapBody(message.body),
    ...seenFields(message),
    from: told(message.from, toPerson),
    sender: told(message.sender, toPerson),
    to: told(message.toRecipients, toPeople),
    cc: told(message.ccRecipients, toPeople),
    bcc: told(message.bccRecipients, toPeople),
    replyTo: told(message.replyTo, toPeople),
    sentAt: told(message.sentDateTime, toDate),
    receivedAt: told(message.receivedDateTime, toDate),
    createdAt: told(message.createdDateTime, toDate),
    importance: message.importance,
    categories: told(message.categories, (categories) => categories ?? []),
    ...(message.flag === undefined ? {} : flagFields(message.flag)),
    inferenceClassification: message.inferenceClassification,
    readReceiptRequested: told(message.isReadReceiptRequested, (asked) => asked ?? false),
    deliveryReceiptRequested: told(message.isDeliveryReceiptRequested, (asked) => asked ?? false),
    meeting: mapMeeting(message),
    read: told(message.isRead, (read) => read ?? false),
    draft: told(message.isDraft, (draft) => draft ?? false),
    hasAttachments: told(message.hasAttachments, (has) => has ?? false),
    webLink: message.webLink,
    itemType: message['@odata.type'] ?? undefined,
  });
}

/**
 * Names the state of a message's attachments: it changes with what may change them. Null where there are none;
 * inline images do not count in `hasAttachments`, so a `cid:` in the body counts too
 * (learn.microsoft.com/graph/api/resources/message). Undefined for a partial update.
 */
function attachmentsKey(message: GraphMessage): string | null | undefined {
  if (!isWholeMessage(message)) return undefined;
  const body = message.body?.content ?? '';
  if (message.hasAttachments !== true && !body.includes('cid:')) return null;
  // A draft's files may be changed without any other field saying so.
  return contentHash([message.hasAttachments, message.isDraft === true ? (message.changeKey ?? true) : false, body]);
}

/**
 * Names what the MIME form is made of: it changes with words, people and files, and not when the message is read, flagged,
 * sorted or moved. Of a draft whatever changed counts, since its files may change without another word.
 */
function mimeKey(message: GraphMessage): string {
  const { internetMessageId, subject, body, from, sender, toRecipients, ccRecipients, bccRecipients, replyTo, sentDateTime, importance } =
    message;
  const words = [internetMessageId, subject, body?.content, sentDateTime, importance, message.hasAttachments];
  const people = [from, sender, toRecipients, ccRecipients, bccRecipients, replyTo];
  return contentHash([words, people, message.isDraft === true ? (message.changeKey ?? true) : false]);
}

/** To be raised whenever the same answer is mapped to other content: what is read again is written then. */
const mappingVersion = 2;
/** What content is made of, besides meetings, whose events come with annotations of their own. */
const hashedFields = [
  ...['@odata.type', 'changeKey', 'internetMessageId', 'conversationId', 'conversationIndex', 'subject', 'bodyPreview', 'body'],
  ...['from', 'sender', 'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo', 'createdDateTime', 'receivedDateTime'],
  ...['sentDateTime', 'hasAttachments', 'importance', 'categories', 'isRead', 'isDraft', 'flag', 'inferenceClassification'],
  ...['isReadReceiptRequested', 'isDeliveryReceiptRequested', 'internetMessageHeaders', 'webLink'],
] as (keyof GraphMessage)[];

/** Of Graph's words and not of the content: a body's text follows from it, and dates cost more than their texts. */
const hashOf = (message: GraphMessage, { meeting }: DocumentContent): string =>
  contentHash([mappingVersion, hashedFields.map((field) => message[field]), meeting]);

/** The write that stores a message as Graph returned it, whole or in part. */
export function mapMessage(message: GraphMessage, keeps: { mime: boolean } = { mime: false }): DocumentUpsert {
  const content = toContent(message);
  const whole = isWholeMessage(message);
  return {
    op: 'upsert',
    kind: 'message',
    graphId: message.id,
    content,
    lastModifiedAt: toDate(message.lastModifiedDateTime ?? null),
    whole,
    contentHash: whole ? hashOf(message, content) : null,
    attachmentsKey: attachmentsKey(message),
    ...(keeps.mime && whole ? { mimeKey: mimeKey(message) } : {}),
  };
}
