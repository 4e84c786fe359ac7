import { randomBytes } from 'node:crypto';
import { isoSeconds } from '../data/clock.ts';
import type { EventAttachment } from '../data/model.ts';
import { bytes, created, json, noContent, plainCount, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { jsonBody, type JsonObject } from '../http/json-body.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import {
  CALENDAR_FULL_READERS, CALENDAR_WRITERS, eventOfPath, everywhere, type CalendarContext,
} from './calendar-context.ts'; // prettier-ignore
import { attachmentKeyOf, eventAttachmentId } from './calendar-ids.ts';
import { contentOf, type Entry } from './event-query.ts';
import { changeEvent } from './event-changes.ts';
import { toIcs } from './to-ics.ts';

const ATTACHMENT_TYPE = {
  name: 'Microsoft.OutlookServices.Attachment',
  properties: ['id', 'lastModifiedDateTime', 'name', 'contentType', 'size', 'isInline', 'contentId', 'contentLocation', 'contentBytes', 'item'],
} as const; // prettier-ignore

/** An attachment of one POST stays below 3 MB: learn.microsoft.com/graph/outlook-large-attachments. */
const MOST_POSTED_BYTES = 3 * 1024 * 1024;

export function eventAttachmentRoutes(): readonly GraphRoute[] {
  return ['/events/{event-id}/attachments', '/calendarView/{event-id}/attachments'].flatMap((path) => {
    const all = (below: string, kind: string, handle: (context: CalendarContext) => Answer) =>
      everywhere(`${path}${below}`, { kind: `events.attachments.${kind}`, roles: CALENDAR_FULL_READERS, handle });
    const writing = { roles: CALENDAR_WRITERS };
    return [
      ...all('', 'list', listAttachments),
      ...all('/$count', 'count', (context) => plainCount(attachmentsOf(eventOfPath(context)).length)),
      ...all('/{attachment-id}', 'get', getAttachment),
      ...all('/{attachment-id}/$value', 'value', getValue),
      ...everywhere(path, { ...writing, kind: 'events.attachments.add', method: 'POST', handle: addAttachment }),
      ...everywhere(`${path}/{attachment-id}`, {
        ...writing,
        kind: 'events.attachments.delete',
        method: 'DELETE',
        handle: deleteAttachment,
      }),
    ];
  });
}

function attachmentsOf(entry: Entry): readonly EventAttachment[] {
  return contentOf(entry).attachments ?? [];
}

export function renderAttachments(context: CalendarContext, entry: Entry): object[] {
  return attachmentsOf(entry).map((attachment) => renderAttachment(context, { entry, attachment, selected: undefined }));
}

function nameOf({ event, occurrence }: Entry) {
  return { ...event, ...(occurrence ? { originalStartMs: occurrence.originalStartMs } : {}) };
}

function renderAttachment(
  context: CalendarContext,
  of: { entry: Entry; attachment: EventAttachment; selected: ReadonlySet<string> | undefined },
): Record<string, unknown> {
  const { attachment, entry, selected } = of;
  const { kind, name, contentType, size, isInline, contentId } = attachment;
  const immutable = context.request.prefer.immutableIds;
  const id = eventAttachmentId(context.mailbox, { event: nameOf(entry), attachmentKey: attachment.key, immutable });
  const common = { id, lastModifiedDateTime: isoSeconds(attachment.changedMs), name, contentType, size, isInline };
  if (kind !== 'file') return project({ '@odata.type': `#microsoft.graph.${kind}Attachment`, ...common }, selected);
  const isWhole = !selected || selected.has('contentBytes');
  const content = isWhole ? { contentBytes: Buffer.from(bytesOf(context, attachment)).toString('base64') } : {};
  const type = { '@odata.type': '#microsoft.graph.fileAttachment', '@odata.mediaContentType': contentType };
  return project({ ...type, ...common, contentId, contentLocation: null, ...content }, selected);
}

function bytesOf({ world }: CalendarContext, attachment: EventAttachment): Uint8Array {
  return attachment.bytes?.() ?? (attachment.blob === undefined ? new Uint8Array() : world.blobs.get(attachment.blob));
}

function placeText(context: CalendarContext): string {
  return `${context.root}/events('${encodeURIComponent(context.params['event-id']!)}')/attachments`;
}

/** contentBytes is there unless $select leaves it out; $filter is ignored: learn.microsoft.com/graph/known-issues. */
function listAttachments(context: CalendarContext): Answer {
  const entry = eventOfPath(context);
  const selected = parseSelect(context.request.query.get('$select'), ATTACHMENT_TYPE);
  const value = attachmentsOf(entry).map((attachment) => renderAttachment(context, { entry, attachment, selected }));
  return json({ '@odata.context': contextUrl(context.request, placeText(context)), value });
}

function oneAttachment(context: CalendarContext): { entry: Entry; attachment: EventAttachment } {
  const entry = eventOfPath(context);
  const key = attachmentKeyOf(context.mailbox, context.params['attachment-id']!, nameOf(entry));
  const attachment = attachmentsOf(entry).find((held) => held.key === key);
  if (!attachment) throw PROBLEMS.itemNotFound();
  return { entry, attachment };
}

function getAttachment(context: CalendarContext): Answer {
  const { request } = context;
  const found = oneAttachment(context);
  const entity = renderAttachment(context, { ...found, selected: parseSelect(request.query.get('$select'), ATTACHMENT_TYPE) });
  const expands = /^(microsoft\.graph\.itemattachment\/)?item\b/i.test(request.query.get('$expand')?.trim() ?? '');
  const item = expands && found.attachment.item ? { item: found.attachment.item } : {};
  return json({ '@odata.context': contextUrl(request, `${placeText(context)}/$entity`), ...entity, ...item });
}

/** A file's bytes; an attached event as iCalendar; a link has no bytes: learn.microsoft.com/graph/api/attachment-get. */
function getValue(context: CalendarContext): Answer {
  const { attachment } = oneAttachment(context);
  if (attachment.kind === 'reference') throw problem(405, 'ErrorInvalidRequest', 'A reference attachment has no value.');
  if (attachment.kind === 'file') return bytes(safeContentType(attachment.contentType), bytesOf(context, attachment));
  return bytes('text/calendar', Buffer.from(toIcs(attachment.item ?? {}), 'utf8'));
}

/** Anybody may name any type; a header takes only a well-formed one. */
function safeContentType(contentType: string | null): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\x20-\x7e]*)?$/.test(contentType ?? '') ? contentType! : 'application/octet-stream';
}

async function addAttachment(context: CalendarContext): Promise<Answer> {
  const entry = eventOfPath(context);
  const attachment = attachmentOfBody(context, await jsonBody(context.request));
  await changeEvent(context, entry, { attachments: [...attachmentsOf(entry), attachment] });
  const entity = renderAttachment(context, { entry, attachment, selected: undefined });
  return created({ '@odata.context': contextUrl(context.request, `${placeText(context)}/$entity`), ...entity });
}

async function deleteAttachment(context: CalendarContext): Promise<Answer> {
  const { entry, attachment } = oneAttachment(context);
  await changeEvent(context, entry, { attachments: attachmentsOf(entry).filter((held) => held.key !== attachment.key) });
  return noContent();
}

function typeName(fields: JsonObject): string {
  return typeof fields['@odata.type'] === 'string' ? fields['@odata.type'] : '';
}

const KINDS: Readonly<Record<string, EventAttachment['kind']>> = {
  fileattachment: 'file',
  itemattachment: 'item',
  referenceattachment: 'reference',
};

export function attachmentOfBody(context: CalendarContext, fields: JsonObject): EventAttachment {
  const type = typeName(fields)
    .toLowerCase()
    .replace(/^#?microsoft\.(graph|outlookservices)\./, '');
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind)
    throw PROBLEMS.badBody('An attachment needs an @odata.type: #microsoft.graph.fileAttachment, itemAttachment or referenceAttachment.');
  const name = fields['name'];
  if (typeof name !== 'string' || name === '') throw problem(400, 'ErrorPropertyValidationFailure', "The property 'name' is required.");
  const content = kind === 'file' ? contentBytes(fields['contentBytes']) : Buffer.from(JSON.stringify(fields['item'] ?? {}));
  const item = kind === 'item' ? itemOf(fields['item']) : undefined;
  return {
    ...{ kind, key: randomBytes(6).toString('hex'), name: name.toWellFormed() },
    contentType: typeof fields['contentType'] === 'string' ? fields['contentType'] : kind === 'file' ? 'application/octet-stream' : null,
    isInline: fields['isInline'] === true,
    contentId: typeof fields['contentId'] === 'string' ? fields['contentId'] : null,
    changedMs: context.world.clock.nowMs(),
    size: content.length + 200 + name.length * 2,
    ...(kind === 'file' ? { blob: context.world.blobs.put(content) } : {}),
    ...(item ? { item } : {}),
  };
}

function contentBytes(value: unknown): Buffer {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value))
    throw PROBLEMS.badBody("The property 'contentBytes' must be base64.");
  const content = Buffer.from(value, 'base64');
  if (content.length > MOST_POSTED_BYTES) {
    throw problem(413, 'RequestEntityTooLarge', 'The attachment is too large for one request: use an upload session.');
  }
  return content;
}

function itemOf(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw PROBLEMS.badBody("The property 'item' must be an object.");
  const fields = value as JsonObject;
  const type = typeName(fields).replace(/^#?/, '#');
  if (!/^#microsoft\.graph\.(message|event|contact)$/.test(type))
    throw PROBLEMS.badBody("An attached item's @odata.type must be message, event or contact.");
  const { subject, body } = fields;
  return {
    '@odata.type': type,
    ...{ id: '', subject: typeof subject === 'string' ? subject : '' },
    ...(type.endsWith('event') ? { start: timeOf(fields['start']), end: timeOf(fields['end']) } : {}),
    ...(typeof body === 'object' && body !== null ? { body: bodyOf(body as JsonObject) } : {}),
  };
}

function bodyOf(body: JsonObject): object {
  return {
    contentType: body['contentType'] === 'text' ? 'text' : 'html',
    content: typeof body['content'] === 'string' ? body['content'] : '',
  };
}

function timeOf(value: unknown): object | null {
  const moment = (value ?? {}) as JsonObject;
  return typeof moment['dateTime'] === 'string'
    ? { dateTime: moment['dateTime'], timeZone: typeof moment['timeZone'] === 'string' ? moment['timeZone'] : 'UTC' }
    : null;
}
