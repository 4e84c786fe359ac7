import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphFolder } from '../types.ts';
import { collectPages } from './collect-pages.ts';
import { folderSelect } from './get-folder.ts';

const operation = 'listChildFolders';
const pageSize = 250;
const select = `${folderSelect},childFolderCount`;

/**
 * Lists the folders directly below one, hidden ones among them. With `includeHiddenFolders` v1.0 was seen to leave out
 * folders that it lists without (github.com/microsoftgraph/microsoft-graph-docs/issues/18609), so both lists are read.
 */
export const listChildFolders = (requests: Requests): Graph['listChildFolders'] => {
  const { graphOrigin } = requests;
  return async ({ userId, folderId }, options) => {
    const found = new Map<string, GraphFolder>();
    const plain = { $select: select, $top: pageSize };
    for (const query of [{ includeHiddenFolders: 'true', ...plain }, plain]) {
      const first = graphAddress(graphOrigin, ['users', userId, 'mailFolders', folderId, 'childFolders'], query);
      const folders = await collectPages<GraphFolder>(first, operation, async (url) => {
        const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
        return readListPage(answer, shapes.folder, { operation, graphOrigin });
      });
      for (const folder of folders) found.set(folder.id, folder);
    }
    return [...found.values()];
  };
};
