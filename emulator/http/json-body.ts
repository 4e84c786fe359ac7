import { problem } from './problem.ts';
import type { GraphRequest } from './request.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The body of a writing request as an object. Throws Graph's 400 for an empty body, for broken JSON and for anything but an object, 415 for other media and encodings. */
export async function jsonBody(request: GraphRequest): Promise<JsonObject> {
  refuseEncoding(request);
  const type = request.header('content-type')?.toLowerCase() ?? '';
  if (type !== '' && !type.includes('json')) {
    throw problem(415, 'BadRequest', `A supported MIME type could not be found that matches the content type of the request '${type}'.`);
  }
  // Microsoft's reader takes a byte order mark; JSON.parse does not.
  const text = (await request.body()).toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') throw problem(400, 'BadRequest', 'Empty Payload. JSON content expected.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem(
      400,
      'BadRequest',
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw problem(400, 'BadRequest', 'Invalid JSON payload: an object is expected.');
  return value as JsonObject;
}

/** Graph reads no compressed bodies, and kiota's SDKs, which try them first, send them again plain after a 415: github.com/microsoftgraph/msgraph-sdk-design/pull/71. */
function refuseEncoding(request: GraphRequest): void {
  const encoding = request.header('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return;
  throw problem(415, 'BadRequest', `The content encoding of the request '${encoding.slice(0, 100)}' is not supported.`);
}
