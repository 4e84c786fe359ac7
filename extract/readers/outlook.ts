import { createRequire } from 'node:module';
import type { default as MsgReaderModule, FieldsData } from '@kenjiuno/msgreader';
import { decodeText } from '../format/decode-text.ts';
import { writeHtml } from '../format/write-html.ts';
import { broken } from '../reading-error.ts';
import type { TextSink } from '../text-sink.ts';
import type { Person } from '../../contract/schema.ts';
import { dateOf } from './mail.ts';
import { writeRtf } from './rtf.ts';
import type { Found, Reader } from './reader.ts';

// CommonJS with a default export of its own, which Node's `import` would wrap once more.
const require = createRequire(import.meta.url);
const { default: MsgReader } = require('@kenjiuno/msgreader') as typeof MsgReaderModule;
type MsgReader = InstanceType<typeof MsgReader>;
const { decompressRTF } = require('@kenjiuno/decompressrtf') as { decompressRTF(bytes: number[]): number[] };

/** A mail, task, post or contact as Outlook saves it (MS-OXMSG). */
export const readMsg: Reader = ({ bytes }, found) => {
  const reader = new MsgReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const fields = reader.getFileData();
  if (fields.error !== undefined) throw broken('The mail is damaged: its fields cannot be read');
  found.mail = mailOf(fields);
  found.sink.addLine(fields.subject);
  writeBody(fields, found.sink);
  for (const attachment of fields.attachments ?? []) addAttachment(reader, attachment, found);
};

function mailOf(fields: FieldsData) {
  const people = (wanted: string): Person[] =>
    (fields.recipients ?? [])
      .filter(({ recipType = 'to' }) => recipType === wanted)
      .map(({ name, smtpAddress, email }) => ({ name: name ?? null, address: smtpAddress ?? email ?? null }));
  const address = fields.senderSmtpAddress ?? fields.senderEmail ?? null;
  const hasSender = address !== null || fields.senderName !== undefined;
  return {
    subject: fields.subject ?? null,
    from: hasSender ? { name: fields.senderName ?? null, address } : null,
    to: people('to'),
    cc: people('cc'),
    sentAt: dateOf(fields.clientSubmitTime ?? fields.messageDeliveryTime),
    internetMessageId: fields.messageId ?? null,
  };
}

function writeBody({ bodyHtml, html, body, compressedRtf }: FieldsData, sink: TextSink): void {
  const page = bodyHtml ?? (html === undefined ? undefined : (decodeText(html) ?? undefined));
  if (page !== undefined && page !== '') writeHtml(page, sink);
  else if (body !== undefined && body !== '') sink.add(body);
  else if (compressedRtf !== undefined) writeCompressedRtf(compressedRtf, sink);
}

export function writeCompressedRtf(compressed: Uint8Array, sink: TextSink): void {
  writeRtf(Buffer.from(decompressRTF([...compressed])), sink);
}

function addAttachment(reader: MsgReader, attachment: FieldsData, found: Found): void {
  const { fileName, content } = reader.getAttachment(attachment);
  const isMail = attachment.innerMsgContent === true;
  const inline = attachment.attachmentHidden === true && /\.(png|jpe?g|gif|bmp|tiff?|webp)$/i.test(fileName ?? '');
  const name = fileName ?? attachment.name ?? null;
  const contentType = isMail ? 'application/vnd.ms-outlook' : (attachment.attachMimeTag ?? null);
  found.addMember({ name, contentType, bytes: Uint8Array.from(content), inline });
}
