import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'getFolder';

/** What Trawl reads of a mail folder. */
export const folderSelect = 'id,displayName,parentFolderId,totalItemCount,isHidden';

/** Reads one folder; a GraphError of class `notFound` says that it is gone. */
export const getFolder =
  (requests: Requests): Graph['getFolder'] =>
  async ({ userId, folderId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'mailFolders', folderId], { $select: folderSelect });
    return readItem(await requests.getJson({ operation, url, headers: outlookHeaders(), options }), shapes.folder, operation);
  };
