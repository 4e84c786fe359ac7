import { makeId, parseId, type IdKind } from '../data/ids.ts';
import type { GroupConversation, GroupPost, GroupThread } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import type { GraphContext } from '../http/graph-context.ts';
import { PROBLEMS } from '../http/problem.ts';

/** Where in a group's mailbox something is. */
export interface ThreadPlace {
  readonly conversation: GroupConversation;
  readonly thread: GroupThread;
}

export interface PostPlace extends ThreadPlace {
  readonly post: GroupPost;
}

/** Group mailboxes have ids of their own, made of the group's. */
export function groupMailboxGuid(groupId: string): string {
  return uuidOf(`groupMailbox:${groupId.toLowerCase()}`);
}

function idOf(groupId: string, kind: IdKind, ...parts: readonly string[]): string {
  return makeId({ kind, immutable: false, mailboxGuid: groupMailboxGuid(groupId), parts });
}

export function conversationId({ groupId, key }: GroupConversation): string {
  return idOf(groupId, 'conversation', key);
}

export function threadId({ conversation, thread }: ThreadPlace): string {
  return idOf(conversation.groupId, 'thread', conversation.key, thread.key);
}

export function postId({ conversation, thread, post }: PostPlace): string {
  return idOf(conversation.groupId, 'post', conversation.key, thread.key, post.key);
}

export function postAttachmentId(place: PostPlace, index: number): string {
  return idOf(place.conversation.groupId, 'attachment', place.conversation.key, place.thread.key, place.post.key, String(index));
}

/** A group's conversations, the newest first. Throws the directory's 404 for a group that nobody knows. */
export function conversationsOf({ world, params }: GraphContext): readonly GroupConversation[] {
  const groupId = params['group-id']!;
  const found = world.groupMail.of(groupId);
  if (!found && world.directory.get(groupId)?.kind !== 'group') throw PROBLEMS.noSuchObject(groupId);
  return (found ?? []).toSorted((a, b) => lastDeliveredMs(b.threads) - lastDeliveredMs(a.threads));
}

export function lastDeliveredMs(threads: readonly GroupThread[]): number {
  return Math.max(0, ...threads.flatMap(({ posts }) => posts.map(({ receivedMs }) => receivedMs)));
}

function partsOf(context: GraphContext, id: string, kind: IdKind): readonly string[] {
  const parsed = parseId(id);
  if (!parsed || parsed.kind !== kind) throw PROBLEMS.malformedId();
  if (parsed.mailboxGuid !== groupMailboxGuid(context.params['group-id']!)) throw PROBLEMS.otherMailbox();
  return parsed.parts;
}

export function findConversation(context: GraphContext): GroupConversation {
  const conversations = conversationsOf(context);
  const [key] = partsOf(context, context.params['conversation-id']!, 'conversation');
  return found(conversations.find((conversation) => conversation.key === key));
}

/** Below a conversation, or in the group at large. */
export function findThread(context: GraphContext): ThreadPlace {
  const conversations = conversationsOf(context);
  const [conversationKey, key] = partsOf(context, context.params['conversationThread-id']!, 'thread');
  const conversation = found(conversations.find((one) => one.key === conversationKey));
  if (context.params['conversation-id'] !== undefined && findConversation(context) !== conversation) throw PROBLEMS.itemNotFound();
  return { conversation, thread: found(conversation.threads.find((thread) => thread.key === key)) };
}

export function findPost(context: GraphContext): PostPlace {
  const place = findThread(context);
  const parts = partsOf(context, context.params['post-id']!, 'post');
  if (parts[0] !== place.conversation.key || parts[1] !== place.thread.key) throw PROBLEMS.itemNotFound();
  return { ...place, post: found(place.thread.posts.find((post) => post.key === parts[2])) };
}

export function findPostAttachment(context: GraphContext): { readonly place: PostPlace; readonly index: number } {
  const place = findPost(context);
  const parts = partsOf(context, context.params['attachment-id']!, 'attachment');
  const index = place.post.attachments.findIndex((_, at) => postAttachmentId(place, at) === context.params['attachment-id']);
  if (index < 0 || parts.length !== 4) throw PROBLEMS.itemNotFound();
  return { place, index };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw PROBLEMS.itemNotFound();
  return value;
}
