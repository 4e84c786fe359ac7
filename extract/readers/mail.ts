import PostalMime, { type Address } from 'postal-mime';
import type { Person } from '../../contract/schema.ts';
import { writeHtml } from '../format/write-html.ts';
import { tooBig } from '../reading-error.ts';
import type { Reader } from './reader.ts';

const maxNesting = 200;

export function dateOf(text: string | null | undefined): Date | null {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? null : date;
}

function peopleOf(addresses: readonly Address[] | undefined): Person[] {
  return (addresses ?? []).flatMap((address) =>
    address.group === undefined ? [{ name: address.name || null, address: address.address || null }] : peopleOf(address.group),
  );
}

/** A mail in MIME: its own words are its text, what is attached are its members. */
export const readMail: Reader = async ({ bytes }, found) => {
  const parser = new PostalMime({ forceRfc822Attachments: true, maxNestingDepth: maxNesting });
  const mail = await parser.parse(withoutMboxLine(bytes)).catch((error: Error) => {
    if (/nesting|depth|size/i.test(error.message)) throw tooBig('The mail has more parts within parts, or longer headers, than is read');
    throw error;
  });
  const [from = null] = peopleOf(mail.from === undefined ? [] : [mail.from]);
  found.mail = {
    subject: mail.subject ?? null,
    from,
    to: peopleOf(mail.to),
    cc: peopleOf(mail.cc),
    sentAt: dateOf(mail.date),
    internetMessageId: mail.messageId ?? null,
  };
  if (mail.html) writeHtml(mail.html, found.sink);
  else found.sink.add(mail.text ?? '');
  for (const { filename, mimeType, content, disposition, related } of mail.attachments) {
    const member = {
      name: filename,
      contentType: mimeType,
      bytes: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content),
      inline: (related ?? disposition === 'inline') && mimeType.startsWith('image/'),
    };
    if (!found.addMember(member)) break;
  }
};

/** Some programs begin a saved mail with the line that parts mails in an mbox file (RFC 4155). */
function withoutMboxLine(bytes: Uint8Array): Uint8Array {
  const begin = Buffer.from(bytes.subarray(0, 5)).toString('latin1');
  return begin === 'From ' ? bytes.subarray(bytes.indexOf(0x0a) + 1) : bytes;
}
