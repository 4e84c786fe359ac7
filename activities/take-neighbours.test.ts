import { describe, expect, it } from 'vitest';
import type { DueAttachments } from '../store/types.ts';
import { inOrder, takeNeighbours } from './take-neighbours.ts';

const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000);
const due = (graphId: string, received: number | null, more: Partial<DueAttachments> = {}): DueAttachments => ({
  ...{ documentId: graphId, graphId, key: 'k', tries: 0, folderId: 'inbox', changeKey: 'c', hasAttachments: true },
  ...{ receivedAt: received === null ? null : at(received), firstSeenAt: at(1_000) },
  ...more,
});
const ids = (messages: readonly DueAttachments[]) => messages.map(({ graphId }) => graphId);

describe('neighbours', () => {
  it('stand together by folder and time', () => {
    const mixed = [
      due('b2', 2, { folderId: 'b' }),
      due('a9', 9, { folderId: 'a' }),
      due('b1', 1, { folderId: 'b' }),
      due('a3', 3, { folderId: 'a' }),
    ];
    expect(ids(inOrder(mixed))).toEqual(['a3', 'a9', 'b1', 'b2']);
  });

  it('stand behind those that could not be read before, which are read one by one', () => {
    expect(ids(inOrder([due('m1', 1), due('m2', 2, { tries: 1 }), due('m3', 3)]))).toEqual(['m2', 'm1', 'm3']);
  });

  it('are taken off the queue as many as are wanted', () => {
    const queue = [due('m1', 1), due('m2', 2), due('m3', 3)];
    expect(ids(takeNeighbours(queue, 2))).toEqual(['m1', 'm2']);
    expect(ids(queue)).toEqual(['m3']);
  });

  it.each([
    ['another folder', { folderId: 'archive' }],
    ['no folder', { folderId: null }],
    ['no time', { receivedAt: null }],
    ['which it is known that it could not be read', { tries: 1 }],
    ['another page, with who knows what between', { firstSeenAt: at(2_000) }],
  ])('end at a message of %s', (_what, more) => {
    const queue = [due('m1', 1), due('m2', 2), due('m3', 3, more), due('m4', 4)];
    expect(ids(takeNeighbours(queue, 20))).toEqual(['m1', 'm2']);
    expect(ids(queue)).toEqual(['m3', 'm4']);
  });

  it('are none where a message stands alone, which stays in the queue', () => {
    const queue = [due('m1', 1), due('m2', 2, { folderId: 'archive' })];
    expect(takeNeighbours(queue, 20)).toEqual([]);
    expect(takeNeighbours(queue, 1)).toEqual([]);
    expect(queue).toHaveLength(2);
  });
});
