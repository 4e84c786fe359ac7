import type { Stream } from '../contract/stream.ts';

export interface TreePlace {
  streamId: string;
  path: string;
  crawled: boolean;
}
export interface FolderTree {
  /** Every folder that hangs below the root, with its path. */
  places: TreePlace[];
  /** Folders that do not: removed ones, and those below a removed one. Each is confirmed before its stream ends. */
  outOfReach: Stream[];
}

/** A slash inside a folder's name must not look like a border between two. */
const escapeName = (name: string) => name.replaceAll('%', '%25').replaceAll('/', '%2F');

/**
 * Computes the tree anew from parent ids. Search folders are never crawled (their messages live elsewhere), hidden
 * ones are not read, and below a folder that is not crawled for being a search folder nothing is.
 */
export function computeTree(rootId: string, streams: readonly Stream[]): FolderTree {
  const byId = new Map(streams.map((stream) => [stream.graphId, stream]));
  const known = new Map<string, { path: string; crawled: boolean } | null>();

  function place(stream: Stream, trail: Set<string>): { path: string; crawled: boolean } | null {
    const before = known.get(stream.graphId);
    if (before !== undefined) return before;
    const { folder } = stream;
    if (folder === null || folder.parentId === null || trail.has(stream.graphId)) return null;
    const own = !folder.search && !folder.hidden;
    let found: { path: string; crawled: boolean } | null = null;
    if (folder.parentId === rootId) found = { path: escapeName(folder.name), crawled: own };
    else {
      const parent = byId.get(folder.parentId);
      const above = parent === undefined ? null : place(parent, new Set([...trail, stream.graphId]));
      if (above !== null) found = { path: `${above.path}/${escapeName(folder.name)}`, crawled: own };
    }
    known.set(stream.graphId, found);
    return found;
  }

  const tree: FolderTree = { places: [], outOfReach: [] };
  for (const stream of streams) {
    const found = place(stream, new Set());
    if (found === null) tree.outOfReach.push(stream);
    else tree.places.push({ streamId: stream._id, ...found });
  }
  return tree;
}
