import type { AttachmentContent, EventSource, MessageContent, Person } from '../model.ts';
import { seedMeeting, seedOddAttachment } from './meeting.ts';
import { randomOf, type Random } from '../random.ts';
import { seedFile, seedPicture } from './files.ts';
import { COMPANIES, DAYS, MONTHS, PHRASES, PLACES, PRODUCTS, PROJECTS, type Phrases } from './words.ts';

export interface SeedFolder {
  readonly seed: string;
  readonly mailbox: Person;
  readonly language: string;
  readonly folderKey: string;
  /** Everything in it was sent by the mailbox itself. */
  readonly outgoing: boolean;
  readonly isDraft: boolean;
  /** What invitations are about. */
  readonly events: EventSource;
  colleague(random: Random): Person;
}

/** Messages of one conversation stand beside each other, this many at most. */
const THREAD_LENGTH = 3;

interface Thread {
  readonly id: string;
  readonly language: string;
  readonly phrases: Phrases;
  readonly subject: string;
  readonly slots: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
  readonly isExternal: boolean;
}

const EXTERNAL_NAMES = [
  'Ines Carvalho',
  'Tom Ashby',
  'Marek Dvořák',
  'Yuki Tanaka',
  'Leïla Haddad',
  'Søren Lund',
  'Grace Okafor',
  'Павел Орлов',
] as const;

function threadOf(folder: SeedFolder, index: number): Thread {
  const group = Math.floor(index / THREAD_LENGTH);
  const random = randomOf(folder.seed, folder.mailbox.address, folder.folderKey, 'thread', group);
  const single = random.chance(0.4);
  const member = single ? randomOf(folder.seed, folder.mailbox.address, folder.folderKey, 'single', index) : random;
  const language = member.chance(0.7) ? folder.language : member.pick(Object.keys(PHRASES));
  const phrases = PHRASES[language] ?? PHRASES['en']!;
  const slots = {
    project: member.pick(PROJECTS),
    place: member.pick(PLACES),
    product: member.pick(PRODUCTS),
    company: member.pick(COMPANIES),
    month: member.pick(MONTHS[language] ?? MONTHS['en']!),
    day: member.pick(DAYS[language] ?? DAYS['en']!),
    number: String(10_000 + member.below(89_999)),
    amount: (member.below(900_000) / 100).toFixed(2),
    small: String(2 + member.below(11)),
  };
  const isExternal = member.chance(0.25);
  const drawn = Array.from({ length: 1 + member.below(3) }, () =>
    isExternal && member.chance(0.5) ? externalPerson(member) : folder.colleague(member),
  );
  const others = drawn.filter((person) => person.address !== folder.mailbox.address);
  const people = others.length > 0 ? others : [externalPerson(member)];
  const id = `${folder.mailbox.address}/${folder.folderKey}/${group}${single ? `/${index}` : ''}`;
  return { id, language, phrases, subject: fill(member.pick(phrases.subjects), slots), slots, people, isExternal };
}

function externalPerson(random: Random): Person {
  const name = random.pick(EXTERNAL_NAMES);
  const local =
    name
      .normalize('NFD')
      .replaceAll(/[^A-Za-z]+/g, '')
      .toLowerCase() || 'pavel';
  return { name, address: `${local}@partner.example` };
}

function fill(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => slots[name] ?? whole);
}

/** Message `index` of a folder: a pure function of seed, mailbox, folder and index. */
export function seedMessage(
  folder: SeedFolder,
  at: { readonly index: number; readonly receivedMs: number; readonly isRead: boolean },
): MessageContent {
  const thread = threadOf(folder, at.index);
  const random = randomOf(folder.seed, folder.mailbox.address, folder.folderKey, at.index);
  const isReply = !thread.id.endsWith(`/${at.index}`) && at.index % THREAD_LENGTH > 0;
  const other = random.pick(thread.people);
  const from = folder.outgoing ? folder.mailbox : other;
  const to = folder.outgoing ? thread.people : [folder.mailbox, ...thread.people.filter((person) => person !== other).slice(0, 1)];
  const sentences = Array.from({ length: 2 + random.below(7) }, () =>
    fill(random.pick(thread.phrases.sentences), { ...thread.slots, small: String(2 + random.below(11)) }),
  );
  const subject = (isReply ? thread.phrases.reply : '') + thread.subject;
  const local = `${random.next().toString(16)}${random.next().toString(16)}`;
  const attachments = attachmentsOf(folder, { random, thread, sentences, receivedMs: at.receivedMs, local });
  const inline = attachments.find((attachment) => attachment.kind === 'file' && attachment.isInline);
  const words: BodyWords = { thread, sentences, from, to: to[0]!, isReply, contentId: inline?.kind === 'file' ? inline.contentId : null };
  const meeting = folder.isDraft ? undefined : seedMeeting(folder, at.index);
  return {
    subject: meeting?.subject ?? subject,
    ...(meeting ? { meeting: meeting.meeting } : {}),
    from: folder.isDraft ? null : from,
    sender: folder.isDraft ? null : from,
    to,
    cc: random.chance(0.3) ? [folder.colleague(random)] : [],
    bcc: [],
    replyTo: [],
    body:
      inline || random.chance(0.75) ? { contentType: 'html', content: htmlBody(words) } : { contentType: 'text', content: textBody(words) },
    internetMessageId: `<${local}@${from.address.split('@')[1] ?? 'mail.example'}>`,
    conversation: thread.id,
    sentMs: at.receivedMs - 1_000 * random.below(5),
    receivedMs: at.receivedMs,
    isRead: at.isRead,
    isDraft: folder.isDraft,
    flagged: random.chance(0.04),
    importance: random.chance(0.05) ? 'high' : 'normal',
    categories: random.chance(0.06) ? [random.pick(['Red category', 'Blue category', 'Follow up'])] : [],
    headers: [],
    attachments: [...attachments, ...seedOddAttachment(folder, at.index)],
  };
}

function attachmentsOf(
  folder: SeedFolder,
  parts: { random: Random; thread: Thread; sentences: readonly string[]; receivedMs: number; local: string },
): AttachmentContent[] {
  const { random, thread, sentences } = parts;
  const attachments: AttachmentContent[] = [];
  const topic = { topic: thread.subject, sentences };
  if (random.chance(0.14)) attachments.push(seedFile(random, topic));
  if (attachments.length > 0 && random.chance(0.3)) attachments.push(seedFile(random, topic));
  if (random.chance(0.04)) attachments.push(seedPicture(random, `image001.png@${parts.local}`));
  if (random.chance(0.03)) attachments.push({ kind: 'item', name: thread.subject, message: attachedMessage(folder, parts) });
  return attachments;
}

function attachedMessage(folder: SeedFolder, parts: { random: Random; thread: Thread; receivedMs: number; local: string }): MessageContent {
  const { thread, random } = parts;
  const from = random.pick(thread.people);
  const content = `${fill(random.pick(thread.phrases.sentences), thread.slots)}\r\n\r\n${from.name}`;
  const sentMs = parts.receivedMs - 86_400_000;
  return {
    ...{ subject: thread.subject, from, sender: from, to: [folder.mailbox], cc: [], bcc: [], replyTo: [] },
    body: { contentType: 'text', content },
    internetMessageId: `<${parts.local}.attached@${from.address.split('@')[1] ?? 'mail.example'}>`,
    conversation: `${thread.id}/attached`,
    ...{ sentMs, receivedMs: sentMs, isRead: true, isDraft: false, flagged: false, importance: 'normal', categories: [], headers: [] },
    attachments: random.chance(0.5) ? [seedFile(random, { topic: thread.subject, sentences: [content] })] : [],
  };
}

interface BodyWords {
  readonly thread: Thread;
  readonly sentences: readonly string[];
  readonly from: Person;
  readonly to: Person;
  readonly isReply: boolean;
  readonly contentId: string | null;
}

function greetingOf(words: BodyWords): string {
  return fill(words.thread.phrases.greetings[words.sentences.length % words.thread.phrases.greetings.length]!, {
    name: words.to.name.split(' ')[0]!,
  });
}

function closingOf(words: BodyWords): string {
  return words.thread.phrases.closings[words.sentences.length % words.thread.phrases.closings.length]!;
}

function textBody(words: BodyWords): string {
  const quoted = words.isReply ? `\r\n\r\n${words.to.name} ${words.thread.phrases.wrote}\r\n> ${words.thread.subject}` : '';
  return `${greetingOf(words)}\r\n\r\n${words.sentences.join('\r\n')}\r\n\r\n${closingOf(words)}\r\n${words.from.name}${quoted}\r\n`;
}

function htmlBody(words: BodyWords): string {
  const paragraphs = words.sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\r\n');
  const picture = words.contentId ? `<p><img src="cid:${words.contentId}" width="120" alt=""></p>\r\n` : '';
  const quoted = words.isReply
    ? `<hr>\r\n<p><b>${escapeHtml(words.to.name)}</b> ${words.thread.phrases.wrote}</p><blockquote>${escapeHtml(words.thread.subject)}</blockquote>\r\n`
    : '';
  const head = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>';
  const greeting = `<p>${escapeHtml(greetingOf(words))}</p>`;
  const closing = `<p>${closingOf(words)}<br>${escapeHtml(words.from.name)}</p>`;
  return `${head}<body>\r\n${greeting}\r\n${paragraphs}\r\n${picture}${closing}\r\n${quoted}</body></html>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
