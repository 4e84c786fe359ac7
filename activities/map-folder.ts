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

export function toFolderWrite(item: DeltaItem<GraphFolder>): FolderWrite {
  return item.gone ? { graphId: item.id, folder: null } : { graphId: item.item.id, folder: toFolder(item.item) };
}
