import { escapeFolderName } from '../contract/folder-rule.ts';
import type { LeftOutReason } from '../contract/mailbox-class.ts';
import type { Stream, StreamFolder } from '../contract/stream.ts';
import type { FolderNode, FolderRules } from './folder-rules.ts';

export interface TreePlace {
  streamId: string;
  path: string;
  crawled: boolean;
  leftOut: LeftOutReason | null;
}
export interface FolderTree {
  /** Every folder that hangs below a root, with its path. */
  places: TreePlace[];
  /** Folders that do not: removed ones, and those below a removed one. Each is confirmed before its stream ends. */
  outOfReach: Stream[];
}

/** Recoverable Items beside the mailbox's own tree; `read` is what the source's policy says. */
export interface RecoverableRoot {
  id: string;
  read: boolean;
}

export const recoverableItemsName = 'Recoverable Items';

interface Open {
  node: FolderNode;
  path: string;
  /** Holds for all below. */
  leftOut: LeftOutReason | null;
}

/**
 * Computes the tree anew from parent ids, from the roots down, level by level: however deep it is, each folder is met once.
 * What hangs below a folder that is not read for itself (a hidden one) may well be read.
 */
export function computeTree(
  { rootId, recoverable }: { rootId: string; recoverable: RecoverableRoot | null },
  streams: readonly Stream[],
  rules: FolderRules,
): FolderTree {
  const childrenOf = new Map<string, { stream: Stream; folder: StreamFolder }[]>();
  for (const stream of streams) {
    const { folder } = stream;
    if (folder === null || folder.parentId === null) continue;
    const siblings = childrenOf.get(folder.parentId);
    if (siblings === undefined) childrenOf.set(folder.parentId, [{ stream, folder }]);
    else siblings.push({ stream, folder });
  }
  const root = rules.node({ id: rootId, name: '', parent: null });
  const open: Open[] = [{ node: root, path: '', leftOut: null }];
  if (recoverable !== null) {
    const node = rules.node({ id: recoverable.id, name: recoverableItemsName, parent: root });
    // What is included below the root says nothing of Recoverable Items: they have a switch of their own.
    open.push({ node: { ...node, included: true }, path: recoverableItemsName, leftOut: recoverable.read ? null : 'recoverableItems' });
  }
  const placed = new Map<string, TreePlace>();
  for (let above = open.pop(); above !== undefined; above = open.pop()) {
    for (const { stream, folder } of childrenOf.get(above.node.id) ?? []) {
      if (placed.has(stream._id)) continue;
      const node = rules.node({ id: stream.graphId, name: folder.name, parent: above.node });
      const name = escapeFolderName(folder.name);
      const path = above.path === '' ? name : `${above.path}/${name}`;
      const leftOut = above.leftOut ?? rules.leftOut(node, folder);
      placed.set(stream._id, { streamId: stream._id, path, crawled: leftOut === null, leftOut });
      open.push({ node, path, leftOut: above.leftOut });
    }
  }
  return {
    places: streams.map((stream) => placed.get(stream._id)).filter((place) => place !== undefined),
    outOfReach: streams.filter((stream) => !placed.has(stream._id)),
  };
}
