import { randomBytes } from 'node:crypto';
import { wholeSeconds } from '../../data/clock.ts';
import type { MessagePatch, StoredAttachment, StoredMessage } from '../../data/changes.ts';
import type { World } from '../../data/world.ts';
import type { JsonObject } from '../../http/json-body.ts';
import { problem, PROBLEMS } from '../../http/problem.ts';
import {
  booleanIn,
  bytesIn,
  choiceIn,
  objectIn,
  readProperties,
  textIn,
  textOrNullIn,
  typeIn,
  type PropertyReaders,
} from './input-values.ts';
import { itemBodyIn, oneLine, zonedTimeIn } from './message-values.ts';

const READ_ONLY = ['id', 'size', 'lastModifiedDateTime'] as const;

interface AttachmentInput {
  name: string;
  contentType: string | null;
  isInline: boolean;
  contentId: string | null;
  contentBytes: Buffer;
  item: unknown;
  sourceUrl: string;
  providerType: 'other' | 'oneDriveBusiness' | 'oneDriveConsumer' | 'dropbox';
}

export function newAttachmentKey(): string {
  return `a${randomBytes(4).toString('hex')}`;
}

/** An attachment as a client gives it, of the kind that its @odata.type says: learn.microsoft.com/graph/api/message-post-attachments. */
export function attachmentIn(world: World, value: unknown, messageOf: (fields: JsonObject) => MessagePatch): StoredAttachment {
  const fields = objectIn(value);
  const type = typeIn(fields);
  const input = readProperties<AttachmentInput>(fields, {
    name: type || 'microsoft.graph.attachment',
    ...(READERS[type] ?? COMMON),
  });
  const name = oneLine(input.name ?? '');
  if (name === '') throw problem(400, 'ErrorRequiredPropertyMissing', 'Required property is missing: Name.');
  const common = { name, key: newAttachmentKey(), modifiedMs: wholeSeconds(world.clock.nowMs()) };
  const { contentType = null, isInline = false, contentId = null } = input;
  switch (type) {
    case 'microsoft.graph.fileattachment': {
      const blob = world.blobs.put(input.contentBytes ?? Buffer.alloc(0));
      return { kind: 'file', ...common, contentType: contentType || typeByName(name), isInline, contentId, blob };
    }
    case 'microsoft.graph.itemattachment':
      return { kind: 'item', ...common, ...itemIn(world, input.item, messageOf) };
    case 'microsoft.graph.referenceattachment':
      return {
        ...{ kind: 'reference', ...common, contentType, isInline, size: JSON.stringify(fields).length },
        ...(input.sourceUrl === undefined ? {} : { sourceUrl: input.sourceUrl }),
        ...(input.providerType === undefined ? {} : { providerType: input.providerType }),
      };
    default:
      throw PROBLEMS.badBody("An attachment needs '@odata.type': #microsoft.graph.fileAttachment, itemAttachment or referenceAttachment.");
  }
}

interface AttachmentReading {
  readonly ignored: readonly string[];
  readonly readers: PropertyReaders<AttachmentInput>;
}

const COMMON: AttachmentReading = {
  ignored: READ_ONLY,
  readers: {
    name: (value: unknown) => ({ name: textIn(value) }),
    contentType: (value: unknown) => ({ contentType: textOrNullIn(value) }),
    isInline: (value: unknown) => (value === null ? {} : { isInline: booleanIn(value) }),
  },
};

const READERS: Readonly<Record<string, AttachmentReading>> = {
  'microsoft.graph.fileattachment': {
    ...COMMON,
    ignored: [...READ_ONLY, 'contentLocation'],
    readers: {
      ...COMMON.readers,
      ...{
        contentId: (value: unknown) => ({ contentId: textOrNullIn(value) }),
        contentBytes: (value: unknown) => ({ contentBytes: bytesIn(value) }),
      },
    },
  },
  'microsoft.graph.itemattachment': {
    ...COMMON,
    readers: { ...COMMON.readers, ...{ item: (value: unknown) => ({ item: value }) } },
  },
  // v1.0 shows no more of it than the common properties; beta tells where the file lies.
  'microsoft.graph.referenceattachment': {
    ...COMMON,
    ignored: [...READ_ONLY, 'thumbnailUrl', 'previewUrl', 'permission', 'isFolder'],
    readers: {
      ...COMMON.readers,
      sourceUrl: (value) => ({ sourceUrl: textIn(value) }),
      providerType: (value) => ({ providerType: choiceIn(value, ['other', 'oneDriveBusiness', 'oneDriveConsumer', 'dropbox']) }),
    },
  },
};

/** The item inside: a message in full, an event or a contact by its words and as it was given. */
function itemIn(
  world: World,
  value: unknown,
  messageOf: (fields: JsonObject) => MessagePatch,
): { message: StoredMessage; entity?: JsonObject } {
  if (value === undefined || value === null) throw problem(400, 'ErrorRequiredPropertyMissing', 'Required property is missing: Item.');
  const fields = objectIn(value);
  const type = typeIn(fields);
  const receivedMs = wholeSeconds(world.clock.nowMs());
  if (type === 'microsoft.graph.message') {
    const { receivedMs: given, isRead = true, ...input } = messageOf(fields);
    return { message: { ...input, receivedMs: given ?? receivedMs, isRead } };
  }
  if (type !== 'microsoft.graph.event' && type !== 'microsoft.graph.contact') {
    throw problem(400, 'ErrorInvalidItemForOperation', "The attached item must be '#microsoft.graph.message', event or contact.");
  }
  const words = type.endsWith('event') ? fields['subject'] : fields['displayName'];
  const body = fields['body'] === undefined || fields['body'] === null ? {} : { body: itemBodyIn(fields['body']) };
  const times = type.endsWith('event') ? eventTimes(fields) : {};
  const entity = {
    ...fields,
    ...times,
    ...(body.body ? { body: body.body } : {}),
    id: '',
    '@odata.type': type.endsWith('event') ? '#microsoft.graph.event' : '#microsoft.graph.contact',
  };
  return { message: { subject: oneLine(textOrNullIn(words ?? null) ?? ''), ...body, receivedMs, isRead: true }, entity };
}

function eventTimes(fields: JsonObject): JsonObject {
  const given = (['start', 'end'] as const).filter((name) => fields[name] !== undefined && fields[name] !== null);
  return Object.fromEntries(given.map((name) => [name, zonedTimeIn(fields[name])]));
}

const TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain', html: 'text/html', csv: 'text/csv', pdf: 'application/pdf', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', zip: 'application/zip', json: 'application/json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
}; // prettier-ignore

/** Exchange tells the type of a file by its name when the client does not. */
export function typeByName(name: string): string {
  return TYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}
