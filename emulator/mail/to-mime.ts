import { createHash } from 'node:crypto';
import type { AttachmentContent, FileAttachmentContent, ItemAttachmentContent, MessageContent } from '../data/model.ts';
import { encodedWords } from './encoded-words.ts';
import { contactOfEntity, eventOfEntity } from './entity-item.ts';
import { contentKind, wordHeaders } from './message-headers.ts';
import { meetingToIcs, toIcs } from './to-ics.ts';
import { toVcard } from './to-vcard.ts';

/** A message's MIME: the bytes it came as, or made from what is held. */
export function mimeOf(message: MessageContent): Uint8Array {
  return message.mime?.() ?? toMime(message);
}

/** Exchange keeps no MIME and makes it when asked: headers, body, attachments; no signature survives that. */
export function toMime(message: MessageContent): Buffer {
  const boundary = `_${createHash('sha1').update(`${message.internetMessageId}${message.subject}`).digest('hex')}_`;
  const headers = [...wordHeaders(message).map(({ name, value }) => `${name}: ${value}`), 'MIME-Version: 1.0'];
  const body = [`Content-Type: text/${contentKind(message)}; charset="utf-8"`, 'Content-Transfer-Encoding: base64', ''];
  const text = base64Lines(Buffer.from(message.body.content, 'utf8'));
  const more = [...(message.meeting ? [meetingPart(message)] : []), ...message.attachments.flatMap(attachmentPart)];
  if (more.length === 0) return Buffer.from([...headers, ...body, text, ''].join('\r\n'), 'utf8');
  const mixed = [[...body, text].join('\r\n'), ...more].map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return Buffer.from(
    [...headers, `Content-Type: multipart/mixed; boundary="${boundary}"`, '', `${mixed}--${boundary}--`, ''].join('\r\n'),
    'utf8',
  );
}

function meetingPart(message: MessageContent): string {
  const { method, ics } = meetingToIcs(message);
  const type = `Content-Type: text/calendar; charset="utf-8"; method=${method}`;
  return [type, 'Content-Transfer-Encoding: base64', '', base64Lines(Buffer.from(ics, 'utf8'))].join('\r\n');
}

/** A reference stands in the body only. */
function attachmentPart(attachment: AttachmentContent): string[] {
  if (attachment.kind === 'reference') return [];
  if (attachment.kind === 'file') return [filePart(attachment)];
  const { type, content, ending } = itemBytes(attachment);
  if (ending === 'eml') {
    return [['Content-Type: message/rfc822', 'Content-Disposition: attachment', '', Buffer.from(content).toString('utf8')].join('\r\n')];
  }
  const file = { name: `${attachment.name}.${ending}`, contentType: type, isInline: false, contentId: null };
  return [filePart({ kind: 'file', ...file, bytes: () => content })];
}

/** An attached item on its own: a mail as MIME, an event as iCalendar, a contact as vCard. */
export function itemBytes(item: ItemAttachmentContent): { type: string; content: Uint8Array; ending: 'eml' | 'ics' | 'vcf' } {
  const { entity } = item;
  const isEntity = (type: string) => entity?.['@odata.type'] === `#microsoft.graph.${type}`;
  const event = item.event ?? (entity && isEntity('event') ? eventOfEntity(entity) : undefined);
  if (event) return { type: 'text/calendar; charset=utf-8', content: Buffer.from(toIcs(event), 'utf8'), ending: 'ics' };
  const contact = item.contact ?? (entity && isEntity('contact') ? contactOfEntity(entity) : undefined);
  if (contact) return { type: 'text/vcard; charset=utf-8', content: Buffer.from(toVcard(contact), 'utf8'), ending: 'vcf' };
  return { type: 'text/plain', content: mimeOf(item.message), ending: 'eml' };
}

function filePart(attachment: FileAttachmentContent): string {
  const name = encodedWords(attachment.name).replaceAll(/^"|"$/g, '');
  return [
    `Content-Type: ${attachment.contentType}; name="${name}"`,
    // "attachment" also keeps an attached iCalendar from being taken for the mail's own invitation.
    `Content-Disposition: ${attachment.isInline ? 'inline' : 'attachment'}; filename="${name}"`,
    ...(attachment.contentId ? [`Content-ID: <${attachment.contentId}>`] : []),
    ...['Content-Transfer-Encoding: base64', '', base64Lines(Buffer.from(attachment.bytes()))],
  ].join('\r\n');
}

function base64Lines(content: Buffer): string {
  return (
    content
      .toString('base64')
      .match(/.{1,76}/g)
      ?.join('\r\n') ?? ''
  );
}
