import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph, GraphFolder } from '../types.ts';

const operation = 'getRootFolderId';

/** The id of the folder above all that a person sees, which the folder delta leaves out. */
export const getRootFolderId =
  (requests: Requests): Graph['getRootFolderId'] =>
  async ({ userId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'mailFolders', 'msgfolderroot'], { $select: 'id' });
    const answer = await requests.getJson({ operation, url, headers: outlookHeaders(), options });
    return readItem<GraphFolder>(answer, shapes.folder, operation).id;
  };
