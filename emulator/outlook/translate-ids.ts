import { makeId, parseId, type ParsedId } from '../data/ids.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { isProblem, problem, PROBLEMS } from '../http/problem.ts';
import { findMessage, messageId } from '../mail/mail-ids.ts';
import { choiceIn, parametersOf, textsIn } from '../mail/writing/input-values.ts';
import { writtenJson } from '../mail/writing/read-body.ts';
import { contactId, findContact } from './contact-ids.ts';

/** learn.microsoft.com/graph/api/user-translateexchangeids: no permission of Exchange's does. */
const READERS = ['User.Read', 'User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite', 'User.ReadWrite.All'];
const KINDS = ['entryId', 'ewsId', 'immutableEntryId', 'restId', 'restImmutableEntryId'] as const;
type Kind = (typeof KINDS)[number];

const MOST_IDS = 1_000;
/** An entry id begins with four bytes of flags. */
const FLAG_BYTES = 4;

export const translateIdRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/translateExchangeIds', {
    method: 'POST',
    kind: 'users.translateExchangeIds',
    roles: READERS,
    handle: translate,
  }),
];

/** learn.microsoft.com/graph/api/user-translateexchangeids. An id that cannot be translated gets errorDetails in its place. */
async function translate(context: MailboxContext): Promise<Answer> {
  const { request } = context;
  const given = parametersOf(await writtenJson(request), {
    name: 'translateExchangeIds',
    parameters: ['inputIds', 'sourceIdType', 'targetIdType'],
  });
  const missing = ['inputIds', 'sourceIdType', 'targetIdType'].find((name) => given[name] === undefined || given[name] === null);
  if (missing !== undefined) throw problem(400, 'ErrorInvalidRequest', `The parameter ${missing} is missing.`);
  const ids = textsIn(given['inputIds']);
  if (ids.length > MOST_IDS) throw problem(400, 'ErrorInvalidRequest', `inputIds holds more than ${MOST_IDS} ids.`);
  const kinds = { source: choiceIn(given['sourceIdType'], KINDS), target: choiceIn(given['targetIdType'], KINDS) };
  const value = ids.map((sourceId) => resultOf(context, sourceId, kinds));
  return json({ '@odata.context': contextUrl(request, 'Collection(microsoft.graph.convertIdResult)'), value });
}

function resultOf(context: MailboxContext, sourceId: string, kinds: { source: Kind; target: Kind }): object {
  try {
    const restId = toRest(sourceId, kinds.source);
    const isImmutable = kinds.target === 'immutableEntryId' || kinds.target === 'restImmutableEntryId';
    return { sourceId, targetId: fromRest(otherId(context, restId, isImmutable), kinds.target) };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { sourceId, targetId: null, errorDetails: { code: error.code, message: error.message } };
  }
}

/** The REST form of the same bytes. Forms differ in letters only: `/` and `+` are `-` and `_` in REST ids. */
function toRest(id: string, kind: Kind): string {
  if (kind === 'restId' || kind === 'restImmutableEntryId') return id;
  if (kind === 'ewsId') return id.replaceAll('/', '-').replaceAll('+', '_');
  // The digit at the end says how many = were taken off: learn.microsoft.com/graph/api/user-translateexchangeids.
  const [, body, padding] = /^([A-Za-z0-9_-]+)([0-2])$/.exec(id) ?? [];
  if (body === undefined || padding === undefined) throw PROBLEMS.malformedId();
  return restOf(Buffer.from(body, 'base64url').subarray(FLAG_BYTES));
}

function fromRest(restId: string, kind: Kind): string {
  if (kind === 'restId' || kind === 'restImmutableEntryId') return restId;
  const ews = restId.replaceAll('-', '/').replaceAll('_', '+');
  if (kind === 'ewsId') return ews;
  const base64 = Buffer.concat([Buffer.alloc(FLAG_BYTES), Buffer.from(ews, 'base64')]).toString('base64');
  const padding = base64.length - base64.replace(/=+$/, '').length;
  return `${base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')}${padding}`;
}

function restOf(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '_').replaceAll('/', '-');
}

/** The same item's id of the wanted kind; containers have one id only: learn.microsoft.com/graph/outlook-immutable-id. */
function otherId(context: MailboxContext, id: string, immutable: boolean): string {
  const { mailbox } = context;
  const parsed = parseId(id);
  if (!parsed) throw PROBLEMS.malformedId();
  if (parsed.mailboxGuid !== mailbox.guid) throw PROBLEMS.otherMailbox();
  if (parsed.kind === 'message') return messageId(mailbox, findMessage(mailbox, id), immutable);
  if (parsed.kind === 'attachment') return otherAttachmentId(context, parsed, immutable);
  if (parsed.kind === 'event') return makeId({ ...parsed, immutable });
  if (parsed.kind === 'contact') {
    const item = findContact(context, id);
    return contactId(mailbox, { key: item.key, folder: item.parent! }, immutable);
  }
  return id;
}

/** Its key stays, what names the message is exchanged. */
function otherAttachmentId({ mailbox }: MailboxContext, parsed: ParsedId, immutable: boolean): string {
  const item = mailbox.item(parsed.parts[0]!);
  const isCurrent = item && (parsed.immutable || (parsed.parts[1] === item.folderKey && parsed.parts[2] === String(item.enteredSeq)));
  if (!item || !isCurrent) throw PROBLEMS.itemNotFound();
  const key = parsed.parts.at(-1)!;
  return makeId({ ...parsed, immutable, parts: immutable ? [item.key, key] : [item.key, item.folderKey, String(item.enteredSeq), key] });
}
