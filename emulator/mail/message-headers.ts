import type { MessageContent, Person } from '../data/model.ts';
import { encodedWords } from './encoded-words.ts';

export interface MessageHeader {
  readonly name: string;
  readonly value: string;
}

/** The headers a message came with; those of a message that was never sent are none, the others' are made. */
export function headersOf(content: MessageContent): readonly MessageHeader[] {
  if (content.headers.length > 0 || content.isDraft) return content.headers;
  const received = `from mail.example (192.0.2.25) by EMULATOR000001.prod.outlook.com with HTTPS; ${mailDate(content.receivedMs)}`;
  return [
    { name: 'Received', value: received },
    ...wordHeaders(content),
    { name: 'Content-Type', value: content.attachments.length > 0 ? 'multipart/mixed' : `text/${contentKind(content)}; charset="utf-8"` },
    { name: 'MIME-Version', value: '1.0' },
    { name: 'X-MS-Exchange-Organization-AuthSource', value: 'EMULATOR000001.prod.outlook.com' },
  ];
}

/** From, To, Cc, Reply-To, Subject, Date, Message-ID, Importance: as far as the message has them. */
export function wordHeaders(content: MessageContent): MessageHeader[] {
  const people = (name: string, list: readonly Person[]) => (list.length > 0 ? [{ name, value: addressList(list) }] : []);
  return [
    ...people('From', content.from ? [content.from] : []),
    ...people('To', content.to),
    ...people('CC', content.cc),
    ...people('Reply-To', content.replyTo),
    { name: 'Subject', value: /^[\x20-\x7e]*$/.test(content.subject) ? content.subject : encodedWords(content.subject) },
    { name: 'Date', value: mailDate(content.sentMs) },
    ...(content.internetMessageId ? [{ name: 'Message-ID', value: content.internetMessageId }] : []),
    ...(content.importance === 'normal' ? [] : [{ name: 'Importance', value: content.importance }]),
  ];
}

export function contentKind({ body }: MessageContent): 'html' | 'plain' {
  return body.contentType === 'html' ? 'html' : 'plain';
}

function mailDate(timeMs: number): string {
  return new Date(timeMs).toUTCString().replace('GMT', '+0000');
}

function addressList(people: readonly Person[]): string {
  return people.map((person) => `${encodedWords(person.name)} <${person.address}>`).join(', ');
}
