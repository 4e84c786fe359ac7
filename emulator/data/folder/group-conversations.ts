import type { GroupConversation } from '../model.ts';
import { uuidOf } from '../random.ts';
import type { RawConversation } from './organisation-file.ts';

/** When posts came that do not say when. */
const BASE_MS = Date.UTC(2026, 0, 1, 9);

/** Conversations of organisation.json, each with one thread. Their keys are made of their place, so that ids stay. */
export function groupConversationsOf(raw: readonly RawConversation[]): GroupConversation[] {
  return raw.map(({ group, topic, posts }, index) => ({
    groupId: group.toLowerCase(),
    key: uuidOf(`conversation:${index}:${topic}`).slice(0, 8),
    topic,
    threads: [
      {
        key: 'main',
        topic,
        isLocked: false,
        posts: posts.map(({ from, body = '', contentType = 'text', received }, at) => ({
          key: String(at),
          from,
          body: { contentType, content: body },
          receivedMs: received === undefined ? BASE_MS + at * 1_000 : Date.parse(received),
          attachments: [],
        })),
      },
    ],
  }));
}
