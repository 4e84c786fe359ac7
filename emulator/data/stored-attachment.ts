import type { Blobs } from './blobs.ts';
import type { StoredAttachment } from './changes.ts';
import { parseIcs } from './folder/ics-calendar.ts';
import type { AttachedContact, AttachmentContent, EventContent, MessageContent } from './model.ts';

const NOBODY = { name: '', address: '' };

/** An attachment as the journal keeps it, opened. */
export function openStoredAttachment(
  stored: StoredAttachment,
  from: { readonly blobs: Blobs; itemOf(blob: string): MessageContent },
): AttachmentContent {
  const { kind, blob, reference, ...file } = stored;
  const { name } = file;
  if (kind === 'item') return { kind, name, message: from.itemOf(blob) };
  if (kind === 'event') return { kind, name, event: eventOf(Buffer.from(from.blobs.get(blob)).toString('utf8')) };
  if (kind === 'contact') return { kind, name, contact: JSON.parse(Buffer.from(from.blobs.get(blob)).toString('utf8')) as AttachedContact };
  if (kind === 'reference') {
    const { sourceUrl, providerType } = reference ?? { sourceUrl: '', providerType: 'other' };
    return { kind, name, contentType: stored.contentType || null, sourceUrl, providerType };
  }
  return { kind: 'file', ...file, bytes: () => from.blobs.get(blob) };
}

/** Throws when the iCalendar holds no event; such a one is refused where it comes in. */
export function eventOf(ics: string): EventContent {
  const found = parseIcs(ics, NOBODY).events[0];
  if (!found) throw new Error('The iCalendar holds no event that can be read');
  return found.content;
}
