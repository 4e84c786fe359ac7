import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { wholeSeconds } from '../clock.ts';
import type { AttachmentContent, MeetingContent, MessageContent, Person } from '../model.ts';
import { meetingOf } from './meeting-part.ts';

const MAX_NESTING = 30;

/** What the file's neighbour `x.eml.json` may say, and what holds when neither it nor the file says anything. */
export interface EmlSettings {
  readonly receivedMs?: number;
  readonly isRead?: boolean;
  readonly flagged?: boolean;
  readonly categories?: readonly string[];
  readonly isDraft?: boolean;
}

/** A message as Exchange would hold it. Throws when the bytes cannot be taken for a mail at all. */
export async function parseEml(bytes: Uint8Array, settings: EmlSettings = {}, depth = 0): Promise<MessageContent> {
  const start = mboxLineEnd(bytes);
  const mime = start === 0 ? bytes : bytes.subarray(start);
  const email = await PostalMime.parse(mime, {
    forceRfc822Attachments: true,
    maxNestingDepth: MAX_NESTING * 4,
    attachmentEncoding: 'arraybuffer',
  });
  const attachments: AttachmentContent[] = [];
  const html = email.html?.toLowerCase() ?? '';
  let meeting: MeetingContent | undefined;
  for (const [index, attachment] of email.attachments.entries()) {
    const found =
      meeting === undefined && isCalendarPart(attachment) ? meetingOf(Buffer.from(bytesOf(attachment)).toString('utf8')) : undefined;
    meeting ??= found;
    // Exchange takes the calendar part in: it is no attachment of an eventMessage.
    if (!found) attachments.push(await attachmentOf(attachment, { index, depth, html }));
  }
  return { ...fieldsOf(email, settings), attachments, ...(meeting ? { meeting } : {}), mime: () => mime };
}

function fieldsOf(email: Email, settings: EmlSettings): Omit<MessageContent, 'attachments'> {
  const dateMs = validTime(email.date);
  const receivedMs = wholeSeconds(settings.receivedMs ?? dateMs ?? Date.UTC(2020, 0, 1));
  const from = peopleOf(email.from ? [email.from] : [])[0] ?? null;
  const sender = peopleOf(email.sender ? [email.sender] : [])[0] ?? from;
  const subject = oneLine(email.subject ?? '');
  const references = (email.references ?? email.inReplyTo ?? '').trim().split(/\s+/)[0];
  return {
    ...{
      subject,
      from,
      sender,
      to: peopleOf(email.to),
      cc: peopleOf(email.cc),
      bcc: peopleOf(email.bcc),
      replyTo: peopleOf(email.replyTo),
    },
    body: email.html
      ? { contentType: 'html', content: wellFormed(email.html) }
      : { contentType: 'text', content: wellFormed(email.text ?? '') },
    internetMessageId: email.messageId ? oneLine(email.messageId) : null,
    conversation: references || email.messageId || subject,
    ...{ sentMs: wholeSeconds(dateMs ?? receivedMs), receivedMs, isRead: settings.isRead ?? true, isDraft: settings.isDraft ?? false },
    ...{ flagged: settings.flagged ?? false, categories: settings.categories ?? [], importance: importanceOf(email) },
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value: wellFormed(value) })),
  };
}

function isCalendarPart({ mimeType, disposition }: Attachment): boolean {
  return mimeType.toLowerCase() === 'text/calendar' && disposition !== 'attachment';
}

async function attachmentOf(attachment: Attachment, at: { index: number; depth: number; html: string }): Promise<AttachmentContent> {
  const bytes = bytesOf(attachment);
  if (attachment.mimeType.toLowerCase() === 'message/rfc822' && at.depth < MAX_NESTING) {
    const message = await parseEml(bytes, {}, at.depth + 1);
    return { kind: 'item', name: attachment.filename || message.subject || 'Attached message', message };
  }
  const contentId = attachment.contentId ? oneLine(attachment.contentId).replace(/^<|>$/g, '') : null;
  // An attachment that no cid: of the body shows is listed as one, whatever its disposition says.
  const isInline = contentId !== null && at.html.includes(`cid:${contentId.toLowerCase()}`);
  const name = oneLine(attachment.filename ?? '') || nameless(attachment.mimeType, at.index);
  return { kind: 'file', name, contentType: oneLine(attachment.mimeType), isInline, contentId, bytes: () => bytes };
}

function nameless(mimeType: string, index: number): string {
  const ending = /^[\w.+-]+\/([\w+-]{1,12})$/.exec(mimeType)?.[1] ?? 'bin';
  return `ATT${String(index + 1).padStart(5, '0')}.${ending === 'plain' ? 'txt' : ending}`;
}

function bytesOf(attachment: Attachment): Uint8Array {
  const { content } = attachment;
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function peopleOf(addresses: readonly Address[] | undefined): Person[] {
  return (addresses ?? []).flatMap((entry) => {
    if (entry.group) return peopleOf(entry.group);
    const address = oneLine(entry.address ?? '');
    return [{ name: oneLine(entry.name ?? '') || address, address }];
  });
}

function importanceOf(email: Email): 'low' | 'normal' | 'high' {
  const value = email.headers.find((header) => header.key === 'importance')?.value.toLowerCase();
  return value === 'high' || value === 'low' ? value : 'normal';
}

function validTime(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return time >= 0 && time < Date.UTC(2100, 0, 1) ? time : undefined;
}

/** Exchange hands out neither lone surrogates nor NULs. */
function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '');
}

function oneLine(text: string): string {
  return wellFormed(text)
    .replaceAll(/[\r\n\t]+/g, ' ')
    .trim();
}

/** An mbox "From " line before the headers is no header. */
function mboxLineEnd(bytes: Uint8Array): number {
  if (Buffer.from(bytes.subarray(0, 5)).toString('latin1') !== 'From ') return 0;
  return bytes.indexOf(0x0a) + 1;
}
