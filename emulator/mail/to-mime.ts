import { createHash } from 'node:crypto';
import type { AttachmentContent, FileAttachmentContent, MessageContent } from '../data/model.ts';
import { encodedWords } from './encoded-words.ts';
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
  if (attachment.kind === 'item') {
    const inner = Buffer.from(mimeOf(attachment.message)).toString('utf8');
    return [['Content-Type: message/rfc822', 'Content-Disposition: attachment', '', inner].join('\r\n')];
  }
  const isEvent = attachment.kind === 'event';
  const bytes = Buffer.from(isEvent ? toIcs(attachment.event) : toVcard(attachment.contact), 'utf8');
  const file = { name: `${attachment.name}.${isEvent ? 'ics' : 'vcf'}`, contentType: isEvent ? 'text/calendar' : 'text/vcard' };
  return [filePart({ kind: 'file', ...file, isInline: false, contentId: null, bytes: () => bytes })];
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
