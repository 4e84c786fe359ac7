import type { DueAttachments } from '../store/types.ts';

/** A message of which it is known where in its folder it stands, and nothing against it. */
export type PlacedMessage = DueAttachments & { folderId: string; receivedAt: Date };

const isPlaced = (message: DueAttachments | undefined): message is PlacedMessage =>
  message !== undefined && message.folderId !== null && message.receivedAt !== null && message.tries === 0;

const folderOf = ({ folderId }: DueAttachments) => folderId ?? '';
const timeOf = ({ receivedAt }: DueAttachments) => receivedAt?.getTime() ?? 0;

/** In the order in which neighbours stand together; those that could not be read before come first. */
export function inOrder(messages: readonly DueAttachments[]): DueAttachments[] {
  return messages.toSorted((one, other) => {
    if (one.tries !== other.tries) return other.tries - one.tries;
    if (folderOf(one) !== folderOf(other)) return folderOf(one) < folderOf(other) ? -1 : 1;
    return timeOf(one) - timeOf(other);
  });
}

/**
 * Takes the first message off the queue with those behind it that one request can tell, `most` in all. They are of one folder
 * and came on one page: between them lies little that is not due, since what a page brings is due together. One that could
 * not be read before is none of them, so that it spoils no other's reading. Fewer than two are left in the queue.
 */
export function takeNeighbours(queue: DueAttachments[], most: number): PlacedMessage[] {
  const [head] = queue;
  const taken: PlacedMessage[] = [];
  for (const message of queue.slice(0, most)) {
    const together = message.folderId === head?.folderId && message.firstSeenAt.getTime() === head.firstSeenAt.getTime();
    if (!isPlaced(message) || !together) break;
    taken.push(message);
  }
  if (taken.length < 2) return [];
  queue.splice(0, taken.length);
  return taken;
}
