import type { DeltaItem, GraphFolder } from '../graph/types.ts';
import type { FolderWrite } from '../store/types.ts';

const searchFolderType = '#microsoft.graph.mailsearchfolder';

/** What is stored of a folder as Graph tells of it. */
export function toFolderWrite(item: DeltaItem<GraphFolder>): FolderWrite {
  if (item.gone) return { graphId: item.id, folder: null };
  const folder = item.item;
  return {
    graphId: folder.id,
    folder: {
      name: folder.displayName ?? '',
      parentId: folder.parentFolderId ?? null,
      items: folder.totalItemCount ?? 0,
      hidden: folder.isHidden ?? false,
      search: folder['@odata.type']?.toLowerCase() === searchFolderType,
    },
  };
}
