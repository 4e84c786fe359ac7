import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readListPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { CallOptions, Graph, GraphFolder } from '../types.ts';
import { collectPages } from './collect-pages.ts';
import { folderSelect } from './get-folder.ts';

const operation = 'listFolders';
const pageSize = 250;
/** Exchange Online allows folders 300 deep (learn.microsoft.com/office365/servicedescriptions); more is a loop. */
const deepest = 400;

/**
 * Lists all folders below the root, level by level, where there is no delta of folders. With hidden folders asked for, v1.0
 * was seen to leave out visible ones (github.com/microsoftgraph/microsoft-graph-docs/issues/18609), so each list is asked
 * for both ways.
 */
export const listFolders = (requests: Requests): Graph['listFolders'] => {
  const { graphOrigin } = requests;

  const children = async (segments: string[], options: CallOptions): Promise<GraphFolder[]> => {
    const found = new Map<string, GraphFolder>();
    const ways: Record<string, string>[] = [{}, { includeHiddenFolders: 'true' }];
    for (const hidden of ways) {
      const first = graphAddress(graphOrigin, segments, { ...hidden, $select: `${folderSelect},childFolderCount`, $top: pageSize });
      const listed = await collectPages<GraphFolder>(first, operation, async (url) => {
        const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
        return readListPage(answer, shapes.folder, { operation, graphOrigin });
      });
      for (const folder of listed) found.set(folder.id, folder);
    }
    return [...found.values()];
  };

  return async ({ userId }, options) => {
    const all = new Map<string, GraphFolder>();
    let level = await children(['users', userId, 'mailFolders'], options);
    for (let depth = 0; level.length > 0 && depth < deepest; depth += 1) {
      const next: GraphFolder[] = [];
      for (const folder of level) {
        if (all.has(folder.id)) continue;
        all.set(folder.id, folder);
        if (folder.childFolderCount !== 0)
          next.push(...(await children(['users', userId, 'mailFolders', folder.id, 'childFolders'], options)));
      }
      level = next;
    }
    return [...all.values()];
  };
};
