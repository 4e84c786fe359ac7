import { createHash } from 'node:crypto';
import type { AttachmentContent, MessageContent, Person } from '../data/model.ts';

/** Exchange keeps no MIME and makes it when asked: headers, body, attachments; no signature survives that. */
export function toMime(message: MessageContent): Buffer {
  const boundary = `_${createHash('sha1').update(`${message.internetMessageId}${message.subject}`).digest('hex')}_`;
  const headers = [
    ...(message.from ? [`From: ${addressList([message.from])}`] : []),
    ...(message.to.length > 0 ? [`To: ${addressList(message.to)}`] : []),
    ...(message.cc.length > 0 ? [`CC: ${addressList(message.cc)}`] : []),
    `Subject: ${/^[\x20-\x7e]*$/.test(message.subject) ? message.subject : encodedWords(message.subject)}`,
    `Date: ${new Date(message.sentMs).toUTCString().replace('GMT', '+0000')}`,
    ...(message.internetMessageId ? [`Message-ID: ${message.internetMessageId}`] : []),
    'MIME-Version: 1.0',
  ];
  const body = [
    `Content-Type: text/${message.body.contentType === 'html' ? 'html' : 'plain'}; charset="utf-8"`,
    'Content-Transfer-Encoding: base64',
    '',
  ];
  const text = base64Lines(Buffer.from(message.body.content, 'utf8'));
  const attached = message.attachments.filter((attachment) => attachment.kind !== 'reference');
  if (attached.length === 0) return Buffer.from([...headers, ...body, text, ''].join('\r\n'), 'utf8');
  const parts = [[...body, text].join('\r\n'), ...attached.map(attachmentPart)];
  const mixed = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return Buffer.from(
    [...headers, `Content-Type: multipart/mixed; boundary="${boundary}"`, '', `${mixed}--${boundary}--`, ''].join('\r\n'),
    'utf8',
  );
}

function attachmentPart(attachment: Exclude<AttachmentContent, { kind: 'reference' }>): string {
  if (attachment.kind === 'item') {
    const inner = (attachment.message.mime?.() ?? toMime(attachment.message)) as Buffer;
    return ['Content-Type: message/rfc822', 'Content-Disposition: attachment', '', Buffer.from(inner).toString('utf8')].join('\r\n');
  }
  const name = encodedWords(attachment.name);
  return [
    `Content-Type: ${attachment.contentType}; name="${name}"`,
    `Content-Disposition: ${attachment.isInline ? 'inline' : 'attachment'}; filename="${name}"`,
    ...(attachment.contentId ? [`Content-ID: <${attachment.contentId}>`] : []),
    ...['Content-Transfer-Encoding: base64', '', base64Lines(Buffer.from(attachment.bytes()))],
  ].join('\r\n');
}

function addressList(people: readonly Person[]): string {
  return people.map((person) => `${encodedWords(person.name)} <${person.address}>`).join(', ');
}

/** RFC 2047 words of at most 75 characters, never splitting a character. */
function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return /^[\w .'-]*$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  const words: string[] = [];
  let part = '';
  for (const character of text) {
    if (Buffer.byteLength(part + character) > 42) {
      words.push(part);
      part = '';
    }
    part += character;
  }
  return [...words, part].map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

function base64Lines(content: Buffer): string {
  return (
    content
      .toString('base64')
      .match(/.{1,76}/g)
      ?.join('\r\n') ?? ''
  );
}
