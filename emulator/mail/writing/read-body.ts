import { jsonBody, type JsonObject } from '../../http/json-body.ts';
import { problem } from '../../http/problem.ts';
import type { GraphRequest } from '../../http/request.ts';

/**
 * A request of Graph's is at most 4 MB long, which leaves about 3 MB for an attachment in base64:
 * learn.microsoft.com/graph/outlook-large-attachments, github.com/microsoftgraph/msgraph-sdk-java/pull/52.
 */
const REQUEST_LIMIT_BYTES = 4 * 1024 * 1024;

export async function limitedBytes(request: GraphRequest): Promise<Buffer> {
  const bytes = await request.body();
  if (bytes.length > REQUEST_LIMIT_BYTES) throw problem(413, 'RequestEntityTooLarge', 'The request body is too large.');
  return bytes;
}

export async function writtenJson(request: GraphRequest): Promise<JsonObject> {
  return jsonBody({ ...request, body: () => limitedBytes(request) });
}

/** For actions all of whose parameters may be left out. */
export async function optionalJson(request: GraphRequest): Promise<JsonObject> {
  const bytes = await limitedBytes(request);
  return bytes.length === 0 ? {} : jsonBody({ ...request, body: () => Promise.resolve(bytes) });
}

/** MIME is sent as text/plain in base64: learn.microsoft.com/graph/outlook-send-mime-message. */
export function isMime(request: GraphRequest): boolean {
  return /^\s*text\/plain\b/i.test(request.header('content-type') ?? '');
}

export async function mimeBody(request: GraphRequest): Promise<Buffer> {
  const text = (await limitedBytes(request)).toString('latin1').replaceAll(/\s+/g, '');
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw problem(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.');
  }
  return Buffer.from(text, 'base64');
}
