import type { ItemView } from '../data/mailbox-state.ts';
import type { AttachmentContent } from '../data/model.ts';
import { bytes, json, plainCount, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { parseExpand, type Expansion } from './expand.ts';
import { failOnAttachment, failOnItem } from './item-faults.ts';
import { attachmentIndex } from './mail-ids.ts';
import { messageInFolder, preferenceHeader } from './message-in-folder.ts';
import { renderContent, type AttachmentPlace } from './render-attachment.ts';
import { itemBytes } from './to-mime.ts';
import { isBeta } from './version.ts';

const READERS = ['Mail.Read', 'Mail.ReadWrite'];

export const ATTACHMENT_TYPE = {
  name: 'Microsoft.OutlookServices.Attachment',
  properties: [
    ...['id', 'lastModifiedDateTime', 'name', 'contentType', 'size', 'isInline', 'contentId', 'contentLocation', 'contentBytes', 'item'],
    ...['sourceUrl', 'providerType', 'thumbnailUrl', 'previewUrl', 'permission', 'isFolder'],
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

interface Wanted {
  readonly selected: ReadonlySet<string> | undefined;
  readonly withItem: boolean;
  /** No more than so many are given. */
  readonly most: number;
}

/** contentBytes is there unless $select leaves it out: learn.microsoft.com/graph/api/message-list-attachments. */
export function attachmentsOf(context: MailboxContext, item: ItemView, wanted: Partial<Wanted> = {}): object[] {
  const { selected, withItem = false, most = Number.POSITIVE_INFINITY } = wanted;
  return item
    .load()
    .attachments.slice(0, most)
    .map((attachment, index) => {
      failOnAttachment(context.mailbox, item, index);
      return entityOf(context, { item, attachment, index }, { selected, withItem });
    });
}

/** An attachment as Graph gives it, its content in it unless $select leaves that out. */
export function renderAttachment(
  context: MailboxContext,
  { selected, ...found }: { item: ItemView; attachment: AttachmentContent; index: number; selected: ReadonlySet<string> | undefined },
): Record<string, unknown> {
  return entityOf(context, found, { selected, withItem: false });
}

function entityOf(
  { mailbox, request }: MailboxContext,
  found: { item: ItemView; attachment: AttachmentContent; index: number },
  { selected, withItem }: Omit<Wanted, 'most'>,
): Record<string, unknown> {
  const place: AttachmentPlace = {
    mailbox,
    item: found.item,
    path: [found.attachment.key ?? String(found.index)],
    prefer: request.prefer,
    isBeta: isBeta(request),
  };
  const entity = renderContent(found.attachment, place, { withBytes: !selected || selected.has('contentBytes'), withItem });
  const { item, ...rest } = entity;
  return { ...project(rest, selected), ...(item === undefined ? {} : { item }) };
}

/** $filter is ignored here, and there are no pages: learn.microsoft.com/graph/known-issues. */
function listAttachments(context: MailboxContext): Answer {
  const { request } = context;
  const item = messageInFolder(context);
  failOnItem(context.mailbox, item);
  const selected = parseSelect(request.query.get('$select'), ATTACHMENT_TYPE);
  const value = attachmentsOf(context, item, { selected, withItem: expandsItem(context) });
  const count = request.query.get('$count')?.toLowerCase() === 'true' ? { '@odata.count': value.length } : {};
  return json({ '@odata.context': contextUrl(request, fragmentOf(context)), ...count, value }, preferenceHeader(context));
}

function fragmentOf({ user, params, request }: MailboxContext): string {
  const select = request.query.get('$select');
  const names = select === undefined || select.trim() === '' ? '' : `(${select.replaceAll(/\s/g, '')})`;
  return `users('${user.id}')/messages('${encodeURIComponent(params['message-id']!)}')/attachments${names}`;
}

/** `microsoft.graph.itemattachment/item`, with or without options of its own; the item comes with all that is in it. */
function expandsItem({ request }: MailboxContext): boolean {
  const expansions: Expansion[] = parseExpand(request.query.get('$expand'), { names: ['item'], type: ATTACHMENT_TYPE.name });
  return expansions.length > 0;
}

export function oneAttachment(context: MailboxContext): { item: ItemView; attachment: AttachmentContent; index: number } {
  const item = messageInFolder(context);
  failOnItem(context.mailbox, item);
  const index = attachmentIndex(context.mailbox, context.params['attachment-id']!, item);
  const attachment = item.load().attachments[index];
  if (!attachment) throw PROBLEMS.itemNotFound();
  failOnAttachment(context.mailbox, item, index);
  return { item, attachment, index };
}

function getAttachment(context: MailboxContext): Answer {
  const { request } = context;
  const found = oneAttachment(context);
  const selected = parseSelect(request.query.get('$select'), ATTACHMENT_TYPE);
  const entity = entityOf(context, found, { selected, withItem: expandsItem(context) });
  return json({ '@odata.context': contextUrl(request, `${fragmentOf(context)}/$entity`), ...entity }, preferenceHeader(context));
}

/** A file's bytes as its own type; a mail as MIME, an event as iCalendar, a contact as vCard; a reference has none. */
function getValue(context: MailboxContext): Answer {
  const { attachment } = oneAttachment(context);
  if (attachment.kind === 'file') return bytes(safeContentType(attachment.contentType), attachment.bytes());
  if (attachment.kind === 'reference') {
    throw problem(405, 'ErrorInvalidRequest', 'A reference attachment has no content of its own.', { Allow: 'GET, DELETE' });
  }
  const { type, content } = itemBytes(attachment);
  return bytes(type, content);
}

/** A hostile mail may name any type; a header takes only a well-formed one. */
function safeContentType(contentType: string): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\x20-\x7e]*)?$/.test(contentType) ? contentType : 'application/octet-stream';
}
