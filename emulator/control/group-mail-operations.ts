import { randomBytes } from 'node:crypto';
import type { GroupPost, GroupThread } from '../data/model.ts';
import { isUuid } from '../data/uuid.ts';
import type { World } from '../data/world.ts';
import { conversationId, threadId, postId } from '../groups-mail/find-group-mail.ts';
import { badInput, objectOf, optionalBoolean, optionalText, optionalTime, textOf, type Fields } from './input.ts';
import { bodyOf, personOf } from './mail-operations.ts';

/** A conversation with one thread (`posts`) or several (`threads`), in the mailbox of a group. */
export async function addConversation(world: World, groupId: string, fields: Fields): Promise<object> {
  if (!isUuid(groupId)) throw badInput('The group must be named by its object id');
  const topic = textOf(fields, 'topic');
  const given = fields['threads'] === undefined ? [fields] : listOf(fields, 'threads');
  const threads = given.map((value, index) => threadOf(world, { fields: objectOf(value, `threads/${index}`), topic }));
  const conversation = { groupId: groupId.toLowerCase(), key: newKey(), topic, threads };
  await world.commit([{ op: 'groupMail.add', conversation }]);
  return {
    id: conversationId(conversation),
    threads: threads.map((thread) => ({
      id: threadId({ conversation, thread }),
      posts: thread.posts.map((post) => postId({ conversation, thread, post })),
    })),
  };
}

function newKey(): string {
  return randomBytes(4).toString('hex');
}

function listOf(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) throw badInput(`${name} must be a list`);
  return value as unknown[];
}

function threadOf(world: World, { fields, topic }: { fields: Fields; topic: string }): GroupThread {
  const posts = listOf(fields, 'posts').map((value, index) => postOf(world, objectOf(value, `posts/${index}`)));
  if (posts.length === 0) throw badInput('posts must hold at least one post: {from, body?, receivedDateTime?, attachments?}');
  return { key: newKey(), topic: optionalText(fields, 'topic') ?? topic, isLocked: optionalBoolean(fields, 'isLocked') ?? false, posts };
}

function postOf(world: World, fields: Fields): GroupPost {
  return {
    key: newKey(),
    from: personOf(fields['from']) ?? { name: 'Somebody', address: 'somebody@partner.example' },
    body: bodyOf(fields) ?? { contentType: 'text', content: '' },
    receivedMs: optionalTime(fields, 'receivedDateTime') ?? Math.floor(world.clock.nowMs() / 1_000) * 1_000,
    attachments: listOf(fields, 'attachments').map((value, index) => {
      const file = objectOf(value, `attachments/${index}`);
      const blob = world.blobs.put(Buffer.from(optionalText(file, 'contentBytes') ?? '', 'base64'));
      return { name: textOf(file, 'name'), contentType: optionalText(file, 'contentType') ?? 'application/octet-stream', blob };
    }),
  };
}
