import { problem } from './problem.ts';
import type { GraphRequest } from './request.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The body of a writing request as an object. Throws Graph's 400 for an empty body, for broken JSON and for anything but an object, 415 for other media. */
export async function jsonBody(request: GraphRequest): Promise<JsonObject> {
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
