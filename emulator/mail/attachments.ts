import { isoSeconds } from '../data/clock.ts';
import type { ItemView } from '../data/mailbox-state.ts';
import type { AttachmentContent } from '../data/model.ts';
import { bytes, json, plainCount, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { attachmentId, attachmentIndex, keyOf } from './mail-ids.ts';
import { messageInFolder } from './message-in-folder.ts';
import { renderAttachedMessage } from './render-message.ts';
import { toMime } from './to-mime.ts';

const READERS = ['Mail.Read', 'Mail.ReadWrite'];

export const ATTACHMENT_TYPE = {
  name: 'Microsoft.OutlookServices.Attachment',
  properties: [
    'id',
    'lastModifiedDateTime',
    'name',
    'contentType',
    'size',
    'isInline',
    'contentId',
    'contentLocation',
    'contentBytes',
    'item',
  ],
} as const;

const MESSAGE_PATHS = ['/users/{user-id}/messages/{message-id}', '/users/{user-id}/mailFolders/{mailFolder-id}/messages/{message-id}'];

export const attachmentRoutes: readonly GraphRoute[] = MESSAGE_PATHS.flatMap((path) => [
  mailboxRoute(`${path}/attachments`, { kind: 'attachments.list', roles: READERS, handle: listAttachments }),
  mailboxRoute(`${path}/attachments/$count`, {
    kind: 'attachments.count',
    roles: READERS,
    handle: (context) => plainCount(messageInFolder(context).load().attachments.length),
  }),
  mailboxRoute(`${path}/attachments/{attachment-id}`, { kind: 'attachments.get', roles: READERS, handle: getAttachment }),
  mailboxRoute(`${path}/attachments/{attachment-id}/$value`, { kind: 'attachments.value', roles: READERS, handle: getValue }),
]);

/** contentBytes is there unless $select leaves it out: learn.microsoft.com/graph/api/message-list-attachments. */
export function attachmentsOf(context: MailboxContext, item: ItemView, selected: ReadonlySet<string> | undefined): object[] {
  return item
    .load()
    .attachments.map((attachment, index) => project(renderAttachment(context, { item, attachment, index, selected }), selected));
}

export function renderAttachment(
  context: MailboxContext,
  parts: { item: ItemView; attachment: AttachmentContent; index: number; selected: ReadonlySet<string> | undefined },
): Record<string, unknown> {
  const { item, attachment, index, selected } = parts;
  const id = attachmentId(context.mailbox, { item, index, ...keyOf(attachment), immutable: context.request.prefer.immutableIds });
  const common = { id, lastModifiedDateTime: isoSeconds(attachment.modifiedMs ?? item.receivedMs), name: attachment.name };
  if (attachment.kind === 'item') {
    const size = toMime(attachment.message).length;
    return { '@odata.type': '#microsoft.graph.itemAttachment', ...common, contentType: null, size, isInline: false };
  }
  if (attachment.kind === 'reference') {
    const { contentType, size, isInline } = attachment;
    return { '@odata.type': '#microsoft.graph.referenceAttachment', ...common, contentType, size, isInline };
  }
  const content = attachment.bytes();
  // What Exchange stores is larger than the file; the size is no checksum.
  const size = content.length + 200 + attachment.name.length * 2;
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    '@odata.mediaContentType': attachment.contentType,
    ...common,
    ...{ contentType: attachment.contentType, size, isInline: attachment.isInline, contentId: attachment.contentId, contentLocation: null },
    ...(!selected || selected.has('contentBytes') ? { contentBytes: Buffer.from(content).toString('base64') } : {}),
  };
}

function listAttachments(context: MailboxContext): Answer {
  const item = messageInFolder(context);
  const selected = parseSelect(context.request.query.get('$select'), ATTACHMENT_TYPE);
  const fragment = `users('${context.user.id}')/messages('${encodeURIComponent(context.params['message-id']!)}')/attachments`;
  return json({ '@odata.context': contextUrl(context.request, fragment), value: attachmentsOf(context, item, selected) });
}

export function oneAttachment(context: MailboxContext): { item: ItemView; attachment: AttachmentContent; index: number } {
  const item = messageInFolder(context);
  const index = attachmentIndex(context.mailbox, context.params['attachment-id']!, item);
  const attachment = item.load().attachments[index];
  if (!attachment) throw PROBLEMS.itemNotFound();
  return { item, attachment, index };
}

function getAttachment(context: MailboxContext): Answer {
  const { request, params, user } = context;
  const found = oneAttachment(context);
  const selected = parseSelect(request.query.get('$select'), ATTACHMENT_TYPE);
  const entity = project(renderAttachment(context, { ...found, selected }), selected);
  const expands = /^(microsoft\.graph\.itemattachment\/)?item\b/i.test(request.query.get('$expand')?.trim() ?? '');
  const { attachment } = found;
  const item =
    expands && attachment.kind === 'item' ? { item: attachment.entity ?? renderAttachedMessage(attachment.message, request.prefer) } : {};
  const fragment = `users('${user.id}')/messages('${encodeURIComponent(params['message-id']!)}')/attachments/$entity`;
  return json({ '@odata.context': contextUrl(request, fragment), ...entity, ...item });
}

/** A file's bytes as its own type; an attached mail as MIME. */
function getValue(context: MailboxContext): Answer {
  const { attachment } = oneAttachment(context);
  if (attachment.kind === 'item') return bytes('text/plain', attachment.message.mime?.() ?? toMime(attachment.message));
  if (attachment.kind === 'reference') {
    throw problem(405, 'ErrorInvalidRequest', 'A reference attachment has no content of its own.');
  }
  return bytes(safeContentType(attachment.contentType), attachment.bytes());
}

/** A hostile mail may name any type; a header takes only a well-formed one. */
function safeContentType(contentType: string): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\x20-\x7e]*)?$/.test(contentType) ? contentType : 'application/octet-stream';
}
