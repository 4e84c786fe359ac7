import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { problem } from './problem.ts';

const gunzipped = promisify(gunzip);

/**
 * The bytes that a client meant. Graph's gateway takes bodies in gzip, and the SDK for Go sends all of its bodies so; it sends
 * one again as it is after a 415 (https://microsoftgraph.github.io/msgraph-sdk-design/middleware/CompressionHandler.html).
 * Ranges of bytes are never compressed (the same page), and upload URLs, which lie outside of Graph, store what comes.
 */
export async function plainBody(bytes: Buffer, encoding: string | undefined, limitBytes: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity' || bytes.length === 0) return bytes;
  if (name !== 'gzip' && name !== 'x-gzip') {
    throw problem(415, 'UnsupportedMediaType', `The content encoding '${name.slice(0, 40)}' is not supported.`);
  }
  try {
    return await gunzipped(bytes, { maxOutputLength: limitBytes });
  } catch (error) {
    if (error instanceof RangeError) throw problem(413, 'RequestEntityTooLarge', 'The request body is too large.');
    throw problem(400, 'BadRequest', 'The request body is not what its Content-Encoding says.');
  }
}
