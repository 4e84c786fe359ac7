import type { AttachmentContent, MessageContent } from '../model.ts';
import { seedMeeting, seedOddAttachment } from './meeting.ts';
import { randomOf, type Random } from '../random.ts';
import { htmlBody, newsletterBody, textBody, type BodyParts } from './body.ts';
import { seedFile, seedPhoto, seedPicture } from './files.ts';
import { internetHeaders } from './internet-headers.ts';
import { fill, postOf, threadOf, type Post, type SeedFolder, type Thread } from './thread.ts';

const LISTS = [
  { name: 'Quarry Weekly', address: 'quarry@news.partner.example' },
  { name: 'Bauwesen heute', address: 'bauwesen@news.partner.example' },
  { name: 'tideway-dev', address: 'tideway-dev@lists.partner.example' },
] as const;

/** An answer quotes what came before it, but nobody quotes everything. */
const QUOTED_POSTS = 2;

/** Message `index` of a folder: a pure function of seed, mailbox, folder and index. */
export function seedMessage(
  folder: SeedFolder,
  at: { readonly index: number; readonly receivedMs: number; readonly isRead: boolean },
): MessageContent {
  const thread = threadOf(folder, at.index);
  const random = randomOf(folder.seed, folder.mailbox.address, folder.folderKey, at.index);
  const list = folder.isList ? random.pick(LISTS) : null;
  const plain = postOf(folder, thread, at.index);
  const post = list === null ? plain : { ...plain, from: { name: list.name, address: list.address } };
  const earlier = Array.from({ length: at.index - thread.firstIndex }, (_, back) => postOf(folder, thread, at.index - 1 - back));
  const subject = (earlier.length > 0 ? thread.phrases.reply : '') + thread.subject;
  const mayAttach = list === null && !folder.withoutAttachments;
  const attachments = mayAttach ? attachmentsOf(folder, { random, thread, post, receivedMs: at.receivedMs }) : [];
  const inline = attachments.find((attachment) => attachment.kind === 'file' && attachment.isInline);
  const contentId = inline?.kind === 'file' ? inline.contentId : null;
  const parts: BodyParts = { thread, post, earlier: earlier.slice(0, QUOTED_POSTS), contentId };
  const isHtml = list !== null || contentId !== null || random.chance(0.75);
  const content =
    list !== null ? newsletterBody(parts, { name: list.name, number: at.index + 1 }) : isHtml ? htmlBody(parts) : textBody(parts);
  const received = { post, earlier, subject, mailbox: folder.mailbox, receivedMs: at.receivedMs, list };
  const meeting = folder.isDraft || list !== null ? undefined : seedMeeting(folder, at.index);
  return {
    subject: meeting?.subject ?? subject,
    ...(meeting ? { meeting: meeting.meeting } : {}),
    from: folder.isDraft ? null : post.from,
    sender: folder.isDraft ? null : post.from,
    to: post.to,
    cc: random.chance(0.3) ? [folder.colleague(random)] : [],
    bcc: [],
    replyTo: list === null ? [] : [{ name: list.name, address: `noreply@${list.address.split('@')[1]!}` }],
    body: { contentType: isHtml ? 'html' : 'text', content },
    internetMessageId: post.messageId,
    conversation: thread.id,
    sentMs: at.receivedMs - 1_000 * random.below(5),
    receivedMs: at.receivedMs,
    isRead: at.isRead,
    isDraft: folder.isDraft,
    flagged: random.chance(0.04),
    importance: random.chance(0.05) ? 'high' : random.chance(0.02) ? 'low' : 'normal',
    categories: random.chance(0.06) ? [random.pick(['Red category', 'Blue category', 'Follow up'])] : [],
    headers: folder.outgoing ? [] : internetHeaders(received),
    attachments: folder.withoutAttachments ? [] : [...attachments, ...seedOddAttachment(folder, at.index)],
  };
}

function attachmentsOf(folder: SeedFolder, parts: { random: Random; thread: Thread; post: Post; receivedMs: number }): AttachmentContent[] {
  const { random, thread, post } = parts;
  const attachments: AttachmentContent[] = [];
  const about = { topic: thread.subject, sentences: post.sentences, language: thread.language, mark: post.messageId };
  if (random.chance(0.14)) attachments.push(seedFile(random, about));
  if (attachments.length > 0 && random.chance(0.3)) attachments.push(seedFile(random, about));
  if (random.chance(0.015)) attachments.push(seedPhoto(random));
  if (random.chance(0.04)) attachments.push(seedPicture(random, `image001.png@${post.messageId.slice(1, 17)}`));
  if (random.chance(0.03)) attachments.push({ kind: 'item', name: thread.subject, message: attachedMessage(folder, parts) });
  return attachments;
}

function attachedMessage(folder: SeedFolder, parts: { random: Random; thread: Thread; post: Post; receivedMs: number }): MessageContent {
  const { thread, random, post } = parts;
  const from = random.pick(thread.people);
  const content = `${fill(random.pick(thread.phrases.sentences), thread.slots)}\r\n\r\n${from.name}`;
  const sentMs = parts.receivedMs - 86_400_000;
  const about = { topic: thread.subject, sentences: [content], language: thread.language, mark: `attached ${post.messageId}` };
  return {
    ...{ subject: thread.subject, from, sender: from, to: [folder.mailbox], cc: [], bcc: [], replyTo: [] },
    body: { contentType: 'text', content },
    internetMessageId: `<attached.${post.messageId.slice(1)}`,
    conversation: `${thread.id}/attached`,
    ...{ sentMs, receivedMs: sentMs, isRead: true, isDraft: false, flagged: false, importance: 'normal', categories: [], headers: [] },
    attachments: random.chance(0.5) ? [seedFile(random, about)] : [],
  };
}
