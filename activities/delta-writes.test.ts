import { expect, test } from 'vitest';
import type { Stream } from '../contract/stream.ts';
import { deltaWrites } from './delta-writes.ts';
import type { MailboxWork } from './mailbox-work.ts';

test('a message that a page of keys tells twice is read once', async () => {
  const read: string[] = [];
  const mailbox = {
    at: { sourceId: 's', mailboxId: 'm' },
    graph: {
      getMessage: async ({ messageId }: { messageId: string }) => {
        read.push(messageId);
        return { id: messageId, parentFolderId: 'f', changeKey: 'k', body: { contentType: 'text', content: 'words' } };
      },
    },
    store: { pages: { statesOf: async () => new Map() } },
    policy: { receivedSince: null, originalMime: false },
    signal: new AbortController().signal,
  } as unknown as MailboxWork;
  const stream = { keysOnly: true, graphId: 'f', generation: 2, cursor: { at: 'page', link: 'l' } } as unknown as Stream;
  const item = { gone: false as const, item: { id: 'a', changeKey: 'k', parentFolderId: 'f' } };
  const page = { items: [item, item], next: null, delta: 'd', malformed: [] };
  const { documents } = await deltaWrites(mailbox, { stream, page });
  expect(read).toEqual(['a']);
  expect(documents.map(({ graphId }) => graphId)).toEqual(['a']);
});
