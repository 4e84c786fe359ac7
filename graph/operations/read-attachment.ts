import { createHash } from 'node:crypto';
import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import type { Requests } from '../requests.ts';
import type { Graph } from '../types.ts';

const operation = 'readAttachment';

/**
 * Reads an attachment's bytes as they come. They are kept only when they are no more than `keepBytes`; the hash is of all of them.
 * An attachment that is only a link answers 405.
 */
export const readAttachment =
  (requests: Requests): Graph['readAttachment'] =>
  async ({ userId, messageId, attachmentId, keepBytes = 0 }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'messages', messageId, 'attachments', attachmentId, '$value']);
    const hash = createHash('sha256');
    const headers = { ...outlookHeaders(), Accept: '*/*' };
    let kept: Uint8Array[] | null = [];
    let size = 0;
    const onChunk = (chunk: Uint8Array) => {
      hash.update(chunk);
      size += chunk.length;
      if (size > keepBytes) kept = null;
      kept?.push(chunk);
    };
    const bytes = await requests.getChunks({ operation, url, headers, options }, onChunk);
    return { bytes, sha256: hash.digest('hex'), content: kept === null ? null : Buffer.concat(kept) };
  };
