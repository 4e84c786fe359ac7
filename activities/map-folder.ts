import type { StreamFolder } from '../contract/stream.ts';
import type { DeltaItem, GraphFolder } from '../graph/types.ts';
import type { FolderWrite } from '../store/types.ts';

const searchFolderType = '#microsoft.graph.mailsearchfolder';

/** What Trawl keeps of a folder. */
export function toFolder(folder: GraphFolder): StreamFolder {
  return {
    name: folder.displayName ?? '',
    parentId: folder.parentFolderId ?? null,
    items: folder.totalItemCount ?? 0,
    hidden: folder.isHidden ?? false,
    search: folder['@odata.type']?.toLowerCase() === searchFolderType,
  };
}

/** What the delta of folders told of one in the cycle of that key. */
export function toFolderWrite(change: DeltaItem<GraphFolder>, cycleKey: string): FolderWrite {
  if (change.gone) return { graphId: change.id, folder: null };
  const { item } = change;
  const told = typeof item.totalItemCount === 'number' ? { itemsToldIn: cycleKey } : {};
  return { graphId: item.id, folder: { ...toFolder(item), ...told } };
}
