import { createHash } from 'node:crypto';
import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import type { Requests } from '../requests.ts';
import type { Graph } from '../types.ts';

const operation = 'hashAttachment';

/** Reads an attachment's bytes as they come and keeps none of them. An attachment that is only a link answers 405. */
export const hashAttachment =
  (requests: Requests): Graph['hashAttachment'] =>
  async ({ userId, messageId, attachmentId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'messages', messageId, 'attachments', attachmentId, '$value']);
    const hash = createHash('sha256');
    const headers = { ...outlookHeaders(), Accept: '*/*', 'Accept-Encoding': 'identity' };
    const bytes = await requests.getChunks({ operation, url, headers, options }, (chunk) => void hash.update(chunk));
    return { bytes, sha256: hash.digest('hex') };
  };
