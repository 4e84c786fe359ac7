import type { StoredAttachment } from '../data/changes.ts';
import { parseIcs } from '../data/folder/ics-calendar.ts';
import type { AttachedContact, EventContent, MeetingContent } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { badInput, objectOf, oneOf, optionalBoolean, optionalText, optionalTexts, optionalTime, textOf, type Fields } from './input.ts';

const NOBODY = { name: '', address: '' };
const PROVIDERS = ['oneDriveBusiness', 'oneDriveConsumer', 'dropbox', 'other'] as const;

/** A file ({name, contentBytes, …}) or, by `kind`, an item: a mail ({eml}), an event ({ics}), a contact; or a reference. */
export function storedAttachment(world: World, fields: Fields): StoredAttachment {
  const kind = oneOf(fields, 'kind', ['file', 'item', 'event', 'contact', 'reference']) ?? 'file';
  const name = textOf(fields, 'name');
  const receivedMs = Math.floor(world.clock.nowMs() / 1_000) * 1_000;
  if (kind === 'item') {
    const blob = world.blobs.put(Buffer.from(textOf(fields, 'eml'), 'utf8'));
    return { kind, name, message: { blob, receivedMs, isRead: true } };
  }
  if (kind === 'event')
    return { kind: 'item', name, message: { subject: name, receivedMs, isRead: true }, event: eventOf(textOf(fields, 'ics')) };
  if (kind === 'contact')
    return { kind: 'item', name, message: { subject: name, receivedMs, isRead: true }, contact: contactOf(name, fields) };
  const contentType = optionalText(fields, 'contentType');
  if (kind === 'reference') {
    const sourceUrl = textOf(fields, 'sourceUrl');
    const place = { sourceUrl, providerType: oneOf(fields, 'providerType', PROVIDERS) ?? 'other', size: 300 + sourceUrl.length };
    return { kind, name, contentType: contentType ?? null, isInline: false, ...place };
  }
  return {
    name,
    contentType: contentType ?? 'application/octet-stream',
    isInline: optionalBoolean(fields, 'isInline') ?? false,
    contentId: optionalText(fields, 'contentId') ?? null,
    blob: world.blobs.put(Buffer.from(optionalText(fields, 'contentBytes') ?? '', 'base64')),
  };
}

function eventOf(ics: string): EventContent {
  try {
    const found = parseIcs(ics, NOBODY).events[0];
    if (found) return found.content;
  } catch {
    // Said below, as of a calendar without an event.
  }
  throw badInput('ics must be an iCalendar with an event');
}

function contactOf(displayName: string, fields: Fields): AttachedContact {
  return {
    displayName,
    ...{ givenName: optionalText(fields, 'givenName') ?? null, surname: optionalText(fields, 'surname') ?? null },
    emails: (optionalTexts(fields, 'emails') ?? []).map((address) => ({ name: displayName, address })),
    ...{ companyName: optionalText(fields, 'companyName') ?? null, jobTitle: optionalText(fields, 'jobTitle') ?? null },
    ...{ businessPhones: optionalTexts(fields, 'businessPhones') ?? [], mobilePhone: optionalText(fields, 'mobilePhone') ?? null },
  };
}

const KINDS: readonly MeetingContent['kind'][] = ['request', 'cancelled', 'accepted', 'tentativelyAccepted', 'declined'];

/** {kind, uid, start, end, location, isAllDay, isOutOfDate}: makes an eventMessage of the mail. */
export function meetingOf(value: unknown): { meeting?: MeetingContent } {
  if (value === undefined) return {};
  const fields = objectOf(value, 'meeting');
  const kind = oneOf(fields, 'kind', KINDS);
  const startMs = optionalTime(fields, 'start');
  const endMs = optionalTime(fields, 'end');
  if (kind === undefined || startMs === undefined || endMs === undefined) throw badInput('meeting needs kind, start and end');
  const isOutOfDate = optionalBoolean(fields, 'isOutOfDate') ?? false;
  const place = {
    location: optionalText(fields, 'location') ?? '',
    isAllDay: optionalBoolean(fields, 'isAllDay') ?? false,
    recurrence: null,
  };
  const uid = optionalText(fields, 'uid') ?? `meeting-${startMs}`;
  return { meeting: { kind, uid, startMs, endMs, ...place, ...(isOutOfDate ? { isOutOfDate } : {}) } };
}
