import type { Blobs } from '../data/blobs.ts';
import { isoSeconds } from '../data/clock.ts';
import { changeKeyOf } from '../data/ids.ts';
import type { GroupConversation, GroupThread } from '../data/model.ts';
import type { Preferences } from '../http/request.ts';
import { htmlToText, previewOf, textToHtml, withoutScripts } from '../mail/html.ts';
import {
  conversationId,
  groupMailboxGuid,
  lastDeliveredMs,
  postAttachmentId,
  postId,
  threadId,
  type PostPlace,
  type ThreadPlace,
} from './find-group-mail.ts';

export const CONVERSATION_TYPE = {
  name: 'microsoft.graph.conversation',
  properties: ['id', 'topic', 'hasAttachments', 'lastDeliveredDateTime', 'uniqueSenders', 'preview'],
} as const;

export const THREAD_TYPE = {
  name: 'microsoft.graph.conversationThread',
  properties: [...CONVERSATION_TYPE.properties, 'isLocked', 'toRecipients', 'ccRecipients'],
} as const;

export const POST_TYPE = {
  name: 'microsoft.graph.post',
  properties: [
    'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'receivedDateTime', 'hasAttachments', 'body', 'from', 'sender',
    'conversationId', 'conversationThreadId', 'newParticipants',
  ],
} as const; // prettier-ignore

/** What conversation and thread tell of their posts. */
function summary(threads: readonly GroupThread[]): Record<string, unknown> {
  const posts = threads.flatMap((thread) => thread.posts).toSorted((a, b) => b.receivedMs - a.receivedMs);
  return {
    hasAttachments: posts.some(({ attachments }) => attachments.length > 0),
    lastDeliveredDateTime: isoSeconds(lastDeliveredMs(threads)),
    uniqueSenders: [...new Set(posts.map(({ from }) => from.name))],
    preview: posts[0] ? previewOf(posts[0].body) : '',
  };
}

export function renderConversation(conversation: GroupConversation): Record<string, unknown> {
  return { id: conversationId(conversation), topic: conversation.topic, ...summary(conversation.threads) };
}

export function renderThread(place: ThreadPlace): Record<string, unknown> {
  const { thread } = place;
  return { id: threadId(place), topic: thread.topic, ...summary([thread]), isLocked: thread.isLocked };
}

export function renderPost(place: PostPlace, prefer: Preferences): Record<string, unknown> {
  const { conversation, post } = place;
  const changeKey = changeKeyOf(groupMailboxGuid(conversation.groupId), { key: post.key, sequence: 1 });
  const from = { emailAddress: { name: post.from.name, address: post.from.address } };
  const { contentType, content } = post.body;
  const body = prefer.textBodies
    ? { contentType: 'text', content: contentType === 'text' ? content : htmlToText(content) }
    : { contentType: 'html', content: contentType === 'text' ? textToHtml(content) : withoutScripts(content) };
  return {
    '@odata.etag': `W/"${changeKey}"`,
    id: postId(place),
    ...{ createdDateTime: isoSeconds(post.receivedMs), lastModifiedDateTime: isoSeconds(post.receivedMs), changeKey, categories: [] },
    ...{ receivedDateTime: isoSeconds(post.receivedMs), hasAttachments: post.attachments.length > 0, body, from, sender: from },
    ...{ conversationId: conversationId(conversation), conversationThreadId: threadId(place), newParticipants: [] },
  };
}

export function renderPostAttachment(place: PostPlace, index: number, blobs: Blobs): Record<string, unknown> {
  const { name, contentType, blob } = place.post.attachments[index]!;
  const content = blobs.get(blob);
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    '@odata.mediaContentType': contentType,
    id: postAttachmentId(place, index),
    lastModifiedDateTime: isoSeconds(place.post.receivedMs),
    // What Exchange stores is larger than the file, as with messages.
    ...{ name, contentType, size: content.length + 200 + name.length * 2, isInline: false, contentId: null, contentLocation: null },
    contentBytes: Buffer.from(content).toString('base64'),
  };
}
