import { json, plainCount, bytes, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, pageSize, parseSelect, project, selection, skipPage } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { conversationsOf, findConversation, findPost, findPostAttachment, findThread, type ThreadPlace } from './find-group-mail.ts';
import {
  CONVERSATION_TYPE,
  POST_TYPE,
  renderConversation,
  renderPost,
  renderPostAttachment,
  renderThread,
  THREAD_TYPE,
} from './render-group-mail.ts';

const READERS = ['Group.Read.All', 'Group.ReadWrite.All', 'Group-Conversation.Read.All', 'Group-Conversation.ReadWrite.All'];
const ATTACHMENT_TYPE = {
  name: 'microsoft.graph.attachment',
  properties: ['id', 'lastModifiedDateTime', 'name', 'contentType', 'size', 'isInline', 'contentId', 'contentLocation', 'contentBytes'],
} as const;

const GROUP = '/groups/{group-id}';
const CONVERSATION = `${GROUP}/conversations/{conversation-id}`;
const THREADS = [`${GROUP}/threads`, `${CONVERSATION}/threads`];

export const groupMailRoutes: readonly GraphRoute[] = [
  reading(`${GROUP}/conversations`, 'groups.conversations', listConversations),
  reading(CONVERSATION, 'groups.conversations.get', getConversation),
  reading(`${GROUP}/threads`, 'groups.threads', (context) => listThreads(context, conversationsOf(context).flatMap(placesOf))),
  reading(`${CONVERSATION}/threads`, 'groups.threads', (context) => listThreads(context, placesOf(findConversation(context)))),
  ...THREADS.flatMap((path) => threadRoutes(`${path}/{conversationThread-id}`)),
];

function threadRoutes(thread: string): GraphRoute[] {
  const post = `${thread}/posts/{post-id}`;
  return [
    reading(thread, 'groups.threads.get', getThread),
    reading(`${thread}/posts`, 'groups.posts', listPosts),
    reading(post, 'groups.posts.get', getPost),
    reading(`${post}/attachments`, 'groups.postAttachments', forPeople(listAttachments)),
    reading(
      `${post}/attachments/$count`,
      'groups.postAttachments',
      forPeople((context) => plainCount(findPost(context).post.attachments.length)),
    ),
    reading(`${post}/attachments/{attachment-id}`, 'groups.postAttachments.get', forPeople(getAttachment)),
    reading(`${post}/attachments/{attachment-id}/$value`, 'groups.postAttachments.value', forPeople(getValue)),
  ];
}

/** Group mail lies in Exchange, which refuses in its own words. */
function reading(template: string, kind: string, handle: (context: GraphContext) => Answer): GraphRoute {
  return serviceRoute(template, {
    ...{ kind, roles: [] },
    handle: (context) => {
      if (!READERS.some((role) => context.roles.has(role))) throw PROBLEMS.mailDenied();
      return handle(context);
    },
  });
}

/** learn.microsoft.com/graph/api/post-list-attachments: application permissions are not supported. */
function forPeople(handle: (context: GraphContext) => Answer): (context: GraphContext) => Answer {
  return (context) => {
    if (context.caller.userId === undefined) throw PROBLEMS.mailDenied();
    return handle(context);
  };
}

function groupSet({ params }: GraphContext, ...names: readonly string[]): string {
  const key = (name: string) => (params[name] === undefined ? '' : `('${encodeURIComponent(params[name])}')`);
  const conversation = params['conversation-id'] === undefined ? '' : `/conversations${key('conversation-id')}`;
  return `groups${key('group-id')}${conversation}${names.map((name) => `/${name.split(':')[0]}${name.includes(':') ? key(name.split(':')[1]!) : ''}`).join('')}`;
}

function listConversations(context: GraphContext): Answer {
  const selected = selection(context.request, CONVERSATION_TYPE);
  const list = conversationsOf(context);
  return page(context, {
    fragment: groupSet(context, 'conversations'),
    count: list.length,
    item: (at) => project(renderConversation(list[at]!), selected),
  });
}

function page({ request }: GraphContext, list: { fragment: string; count: number; item(position: number): object }): Answer {
  const size = pageSize(request, { fallback: 20, maximum: 1_000 });
  return json(skipPage(request, { ...list, size, endsEarly: false }));
}

function one({ request }: GraphContext, fragment: string, entity: object): Answer {
  return json({ '@odata.context': contextUrl(request, `${fragment}/$entity`), ...entity });
}

function selectedOf({ request }: GraphContext, type: { readonly name: string; readonly properties: readonly string[] }) {
  return parseSelect(request.query.get('$select'), type);
}

function getConversation(context: GraphContext): Answer {
  const entity = project(renderConversation(findConversation(context)), selectedOf(context, CONVERSATION_TYPE));
  return one(context, `groups('${context.params['group-id']}')/conversations`, entity);
}

function placesOf(conversation: ThreadPlace['conversation']): ThreadPlace[] {
  return conversation.threads.map((thread) => ({ conversation, thread }));
}

function listThreads(context: GraphContext, places: readonly ThreadPlace[]): Answer {
  const selected = selection(context.request, THREAD_TYPE);
  return page(context, {
    fragment: groupSet(context, 'threads'),
    count: places.length,
    item: (at) => project(renderThread(places[at]!), selected),
  });
}

function getThread(context: GraphContext): Answer {
  return one(context, groupSet(context, 'threads'), project(renderThread(findThread(context)), selectedOf(context, THREAD_TYPE)));
}

function listPosts(context: GraphContext): Answer {
  const selected = selection(context.request, POST_TYPE);
  const place = findThread(context);
  const { posts } = place.thread;
  const item = (at: number) => project(renderPost({ ...place, post: posts[at]! }, context.request.prefer), selected);
  return page(context, { fragment: groupSet(context, 'threads:conversationThread-id', 'posts'), count: posts.length, item });
}

function getPost(context: GraphContext): Answer {
  const entity = project(renderPost(findPost(context), context.request.prefer), selectedOf(context, POST_TYPE));
  return one(context, groupSet(context, 'threads:conversationThread-id', 'posts'), entity);
}

function listAttachments(context: GraphContext): Answer {
  const selected = selection(context.request, ATTACHMENT_TYPE);
  const place = findPost(context);
  const value = place.post.attachments.map((_, index) => project(renderPostAttachment(place, index, context.world.blobs), selected));
  const fragment = groupSet(context, 'threads:conversationThread-id', 'posts:post-id', 'attachments');
  return json({ '@odata.context': contextUrl(context.request, fragment), value });
}

function getAttachment(context: GraphContext): Answer {
  const { place, index } = findPostAttachment(context);
  const entity = project(renderPostAttachment(place, index, context.world.blobs), selectedOf(context, ATTACHMENT_TYPE));
  return one(context, groupSet(context, 'threads:conversationThread-id', 'posts:post-id', 'attachments'), entity);
}

function getValue(context: GraphContext): Answer {
  const { place, index } = findPostAttachment(context);
  const { contentType, blob } = place.post.attachments[index]!;
  const isSafe = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(contentType);
  return bytes(isSafe ? contentType : 'application/octet-stream', context.world.blobs.get(blob));
}
