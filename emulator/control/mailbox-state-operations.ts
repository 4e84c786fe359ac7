import type { ItemFault, MailboxSettings } from '../data/changes.ts';
import { findMessage, messageId } from '../mail/mail-ids.ts';
import { storedOf } from '../mail/writing/stored-message.ts';
import { problem } from '../http/problem.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { badInput, oneOf, optionalBoolean, optionalNumber, optionalText, type Fields } from './input.ts';
import { commit, folderOf, mailboxOf, newKey } from './mail-operations.ts';

export const mailboxStateRoutes: readonly ControlRoute[] = [
  { method: 'PATCH', path: '/mailboxes/*', handle: setMailbox },
  { method: 'POST', path: '/mailboxes/*/messages/*/fault', handle: markMessage },
  { method: 'POST', path: '/mailboxes/*/messages/*/archive', handle: archiveMessage },
];

const of = ({ world, params }: ControlRequest) => mailboxOf(world, params[0]!);

/** {overQuota, neverStarted, archive}, each true or false; what is not given stays. */
async function setMailbox(request: ControlRequest): Promise<object> {
  const fields = await request.fields();
  const wanted = ['overQuota', 'neverStarted', 'archive'].map((name) => [name, optionalBoolean(fields, name)] as const);
  const settings = Object.fromEntries(wanted.filter(([, value]) => value !== undefined)) as Partial<MailboxSettings>;
  if (Object.keys(settings).length === 0) throw badInput('Nothing to set: give overQuota, neverStarted or archive');
  const mailbox = of(request);
  await commit(mailbox, { op: 'mailbox.set', settings });
  return { ...mailbox.mailbox.settings, archiveMailboxId: request.world.archiveOf(mailbox.user)?.id ?? null };
}

const CODES: readonly ItemFault['code'][] = [
  ...(['ErrorCorruptData', 'ErrorMimeContentConversionFailed', 'ErrorCannotOpenFileAttachment', 'ErrorItemNotFound'] as const),
];

/** {code, attachment?}: Exchange fails on the message from now on; {code: null} takes that back. */
async function markMessage(request: ControlRequest): Promise<object> {
  const fields = await request.fields();
  const mailbox = of(request);
  const { key } = findMessage(mailbox.mailbox, request.params[1]!);
  const fault = faultOf(fields);
  await commit(mailbox, { op: 'message.mark', key, fault });
  return { fault };
}

function faultOf(fields: Fields): ItemFault | null {
  if (fields['code'] === null) return null;
  const code = oneOf(fields, 'code', CODES);
  if (code === undefined) throw badInput(`code must be null or one of ${CODES.join(', ')}`);
  const attachment = optionalNumber(fields, 'attachment');
  return { code, ...(attachment === undefined ? {} : { attachment }) };
}

/** Moves a message into the in-place archive, where even its immutable id is another: learn.microsoft.com/graph/outlook-immutable-id. */
async function archiveMessage(request: ControlRequest): Promise<object> {
  const { world, params } = request;
  const from = of(request);
  const fields = await request.fields();
  const owner = world.archiveOf(from.user);
  if (!owner) throw problem(409, 'NoArchive', 'The mailbox has no in-place archive; PATCH it with {"archive": true}');
  const archive = mailboxOf(world, owner.id);
  const item = findMessage(from.mailbox, params[1]!);
  const folder = folderOf(archive, optionalText(fields, 'folder') ?? 'deleteditems');
  const key = newKey();
  const message = storedOf(item.load(), world.blobs);
  await world.commit([
    { op: 'message.add', key, folder: folder.key, message, mailbox: owner.id },
    { op: 'message.delete', key: item.key, mailbox: from.user.id },
  ]);
  return { mailboxId: owner.id, id: messageId(archive.mailbox, archive.mailbox.item(key)!, true) };
}
