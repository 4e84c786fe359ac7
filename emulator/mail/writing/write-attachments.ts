import { randomBytes } from 'node:crypto';
import { created, noContent, type Answer } from '../../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../../http/graph-context.ts';
import { contextUrl } from '../../http/odata.ts';
import { problem } from '../../http/problem.ts';
import { oneAttachment, renderAttachment } from '../attachments.ts';
import { messageId } from '../mail-ids.ts';
import { messageInFolder } from '../message-in-folder.ts';
import { typeByName } from './attachment-input.ts';
import { commit, MESSAGE_PATHS } from './change-message.ts';
import { booleanIn, choiceIn, objectIn, parametersOf, readProperties, textIn, textOrNullIn, wholeNumberIn } from './input-values.ts';
import { attachmentOf } from './message-input.ts';
import { oneLine } from './message-values.ts';
import { checkRoom } from './precondition.ts';
import { writtenJson } from './read-body.ts';
import { storedAttachments, withOneMore } from './stored-message.ts';
import { sessionBody } from './upload-session.ts';

const WRITERS = ['Mail.ReadWrite'];
/** 150 MB: learn.microsoft.com/graph/outlook-large-attachments. */
const LARGEST_BYTES = 150 * 1024 * 1024;
/** github.com/microsoftgraph/msgraph-sdk-java/pull/52: sessions are refused below this, although the pages say 3 MB. */
const SMALLEST_SESSION_BYTES = 2 * 1024 * 1024;
const SESSION_LIFE_MS = 7 * 24 * 3_600_000;

export const writeAttachmentRoutes: readonly GraphRoute[] = MESSAGE_PATHS.flatMap((path) => [
  mailboxRoute(`${path}/attachments`, { method: 'POST', kind: 'attachments.create', roles: WRITERS, handle: addAttachment }),
  mailboxRoute(`${path}/attachments/createUploadSession`, {
    ...{ method: 'POST', kind: 'attachments.createUploadSession', roles: WRITERS },
    handle: createUploadSession,
  }),
  mailboxRoute(`${path}/attachments/{attachment-id}`, {
    method: 'DELETE',
    kind: 'attachments.delete',
    roles: WRITERS,
    handle: removeAttachment,
  }),
]);

async function addAttachment(context: MailboxContext): Promise<Answer> {
  const { request, world, user, mailbox, params } = context;
  const item = messageInFolder(context);
  checkRoom(context);
  const attachment = attachmentOf(world, await writtenJson(request));
  await commit(context, { op: 'message.edit', key: item.key, patch: { attachments: withOneMore(item, attachment, world.blobs) } });
  const now = mailbox.item(item.key)!;
  const all = now.load().attachments;
  const entity = renderAttachment(context, { item: now, attachment: all.at(-1)!, index: all.length - 1, selected: undefined });
  const fragment = `users('${user.id}')/messages('${encodeURIComponent(params['message-id']!)}')/attachments/$entity`;
  return created({ '@odata.context': contextUrl(request, fragment), ...entity });
}

async function removeAttachment(context: MailboxContext): Promise<Answer> {
  const { item, index } = oneAttachment(context);
  const rest = storedAttachments(item.load().attachments, context.world.blobs).filter((_, at) => at !== index);
  await commit(context, { op: 'message.edit', key: item.key, patch: { attachments: rest } });
  return noContent();
}

interface AttachmentItem {
  attachmentType: 'file' | 'item' | 'reference';
  name: string;
  size: number;
  contentType: string | null;
  isInline: boolean;
  contentId: string | null;
}

/** learn.microsoft.com/graph/api/attachment-createuploadsession. */
async function createUploadSession(context: MailboxContext): Promise<Answer> {
  const { request, world, user, mailbox } = context;
  const item = messageInFolder(context);
  checkRoom(context);
  const given = parametersOf(await writtenJson(request), { name: 'createUploadSession', parameters: ['AttachmentItem'] });
  const file = fileOf(attachmentItemIn(given['AttachmentItem'] ?? null));
  const key = randomBytes(16).toString('base64url');
  const session = { key, userId: user.id, messageKey: item.key, file, expiresMs: world.clock.nowMs() + SESSION_LIFE_MS };
  await world.commit([{ op: 'upload.open', session }]);
  const place = { origin: request.origin, tenantId: world.tenant.id, messageId: messageId(mailbox, item, request.prefer.immutableIds) };
  return created({
    '@odata.context': contextUrl(request, 'microsoft.graph.uploadSession'),
    ...sessionBody({ ...session, parts: [] }, place),
  });
}

function attachmentItemIn(value: unknown): Partial<AttachmentItem> {
  if (value === null) throw problem(400, 'ErrorInvalidRequest', 'The parameter AttachmentItem is missing.');
  return readProperties<AttachmentItem>(objectIn(value), {
    name: 'microsoft.graph.attachmentItem',
    readers: {
      attachmentType: (given) => ({ attachmentType: choiceIn(given, ['file', 'item', 'reference']) }),
      name: (given) => ({ name: oneLine(textIn(given)) }),
      size: (given) => ({ size: wholeNumberIn(given) }),
      contentType: (given) => ({ contentType: textOrNullIn(given) }),
      isInline: (given) => (given === null ? {} : { isInline: booleanIn(given) }),
      contentId: (given) => ({ contentId: textOrNullIn(given) }),
    },
  });
}

function fileOf(item: Partial<AttachmentItem>) {
  const { attachmentType = 'file', name = '', size = 0, contentType, isInline = false, contentId = null } = item;
  if (attachmentType !== 'file') throw problem(400, 'ErrorInvalidAttachmentType', 'Only file attachments can be uploaded in a session.');
  if (name === '') throw problem(400, 'ErrorRequiredPropertyMissing', 'Required property is missing: Name.');
  if (size < SMALLEST_SESSION_BYTES) {
    throw problem(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      'The attachment size should not be less than the minimum size.',
    );
  }
  if (size > LARGEST_BYTES) throw problem(400, 'ErrorAttachmentSizeLimitExceeded', 'The attachment size exceeds the allowed limit.');
  return { name, contentType: contentType || typeByName(name), isInline, contentId, size };
}
