import { checkStoredLink, graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readDeltaPage } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';
import { folderSelect } from './get-folder.ts';

const operation = 'readFolderDelta';
const pageSize = 250;

/** Reads a page of the folders of the whole tree, as one flat list (learn.microsoft.com/graph/api/mailfolder-delta). */
export const readFolderDelta = (requests: Requests): Graph['readFolderDelta'] => {
  const { graphOrigin } = requests;
  return async ({ userId, link }, options) => {
    const url =
      link === null
        ? graphAddress(graphOrigin, ['users', userId, 'mailFolders', 'delta'], { $select: folderSelect })
        : checkStoredLink(link, graphOrigin, operation);
    const answer = await requests.getJson({ operation, url, headers: outlookHeaders(pageSize), options });
    return readDeltaPage(answer, shapes.folder, { operation, graphOrigin });
  };
};
