import { wholeSeconds } from '../../data/clock.ts';
import type { MessageFields, StoredAttachment } from '../../data/changes.ts';
import type { World } from '../../data/world.ts';
import type { JsonObject } from '../../http/json-body.ts';
import { problem } from '../../http/problem.ts';
import { attachmentIn } from './attachment-input.ts';
import {
  booleanIn,
  choiceIn,
  listIn,
  momentIn,
  readProperties,
  recipientIn,
  recipientsIn,
  textIn,
  textOrNullIn,
  textsIn,
  type PropertyReaders,
} from './input-values.ts';
import { flagIn, headerIn, itemBodyIn, multiValueIn, oneLine, singleValueIn } from './message-values.ts';
import { namedPerson } from './people.ts';

/** What a client says of a message: learn.microsoft.com/graph/api/message-update, user-post-messages. */
export type MessageInput = Omit<MessageFields, 'attachments'> & {
  readonly isRead?: boolean;
  readonly receivedMs?: number;
  readonly attachments?: readonly StoredAttachment[];
};

/** Properties of a message that the service makes; values for them are not looked at. */
const READ_ONLY = [
  'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'receivedDateTime', 'sentDateTime', 'hasAttachments', 'bodyPreview',
  'parentFolderId', 'conversationId', 'conversationIndex', 'isDraft', 'webLink', 'uniqueBody', 'extensions',
] as const; // prettier-ignore

const MAX_NESTING = 30;
const MESSAGE_TYPE = 'microsoft.graph.message';

/** Reads and checks a message. Attachments' contents are put into the world's blobs. */
export function messageIn(world: World, fields: JsonObject, depth = 0): MessageInput {
  if (depth > MAX_NESTING) throw problem(400, 'ErrorItemNestingTooDeep', 'The item is nested more deeply than 30 levels.');
  const input = readProperties<MessageInput>(fields, { name: MESSAGE_TYPE, readers: readersOf(world, depth), ignored: READ_ONLY });
  return withMapiFlags(input);
}

function readersOf(world: World, depth: number): PropertyReaders<MessageInput> {
  const person = (value: unknown) => namedPerson(world, recipientIn(value));
  const people = (value: unknown) => recipientsIn(value).map((one) => namedPerson(world, one));
  return {
    subject: (value) => ({ subject: oneLine(textOrNullIn(value) ?? '') }),
    body: (value) => ({ body: value === null ? { contentType: 'text', content: '' } : itemBodyIn(value) }),
    from: (value) => (value === null ? {} : { from: person(value) }),
    sender: (value) => (value === null ? {} : { sender: person(value) }),
    toRecipients: (value) => ({ to: people(value) }),
    ccRecipients: (value) => ({ cc: people(value) }),
    bccRecipients: (value) => ({ bcc: people(value) }),
    replyTo: (value) => ({ replyTo: people(value) }),
    importance: (value) => ({ importance: choiceIn(value, ['low', 'normal', 'high']) }),
    categories: (value) => ({ categories: value === null ? [] : textsIn(value) }),
    isRead: (value) => (value === null ? {} : { isRead: booleanIn(value) }),
    isReadReceiptRequested: (value) => (value === null ? {} : { isReadReceiptRequested: booleanIn(value) }),
    isDeliveryReceiptRequested: (value) => (value === null ? {} : { isDeliveryReceiptRequested: booleanIn(value) }),
    inferenceClassification: (value) => ({ inferenceClassification: choiceIn(value, ['focused', 'other']) }),
    internetMessageId: (value) => (value === null ? {} : { internetMessageId: oneLine(textIn(value)) }),
    internetMessageHeaders: (value) => ({ headers: listIn(value ?? []).map(headerIn) }),
    flag: (value) => (value === null ? { flagged: false, flag: { flagStatus: 'notFlagged' } } : flagIn(value)),
    attachments: (value) => ({ attachments: listIn(value ?? []).map((one) => attachmentOf(world, one, depth)) }),
    singleValueExtendedProperties: (value) => ({ singleValueExtendedProperties: listIn(value ?? []).map(singleValueIn) }),
    multiValueExtendedProperties: (value) => ({ multiValueExtendedProperties: listIn(value ?? []).map(multiValueIn) }),
  };
}

const UNSENT = 8;
const READ = 1;

/**
 * Importers make messages that were sent long ago by MAPI's own properties: PidTagMessageFlags, PidTagClientSubmitTime
 * and PidTagMessageDeliveryTime (learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxprops).
 */
function withMapiFlags(input: MessageInput): MessageInput {
  let read = input;
  for (const { id, value } of input.singleValueExtendedProperties ?? []) {
    const tag = /^(Integer|SystemTime)\s+0x(\w+)$/i.exec(id)?.[2]?.toLowerCase();
    if (tag === '0e07') read = { ...read, isDraft: (Number(value) & UNSENT) !== 0, isRead: read.isRead ?? (Number(value) & READ) !== 0 };
    if (tag === '0039') read = { ...read, sentMs: wholeSeconds(momentIn(value)) };
    if (tag === '0e06') read = { ...read, receivedMs: wholeSeconds(momentIn(value)) };
  }
  return read;
}

/** An attachment, with the message inside it if there is one. */
export function attachmentOf(world: World, value: unknown, depth = 0): StoredAttachment {
  return attachmentIn(world, value, (fields) => messageIn(world, fields, depth + 1));
}
