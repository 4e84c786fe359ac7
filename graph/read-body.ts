import type { Deadline } from './deadline.ts';
import { AnswerTooLargeError, GraphError } from './graph-error.ts';
import { networkError } from './network-error.ts';
import { readRequestId } from './answer-error.ts';

export interface BodyReading {
  operation: string;
  response: Response;
  deadline: Deadline;
  maxBytes: number;
  onBytes?: ((bytes: number) => void) | undefined;
}

/** The body as it comes; only what goes wrong on its way becomes an error of the network. */
async function* chunksOf({ operation, response, deadline }: BodyReading): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (error) {
    throw networkError({ operation, error, deadline });
  }
}

/** Reads a body chunk by chunk, never more than `maxBytes` (after decompression); throws AnswerTooLargeError past it. */
export async function readChunks(reading: BodyReading, onChunk: (chunk: Uint8Array) => void | Promise<void>): Promise<number> {
  const { operation, response, maxBytes } = reading;
  let bytes = 0;
  for await (const chunk of chunksOf(reading)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new AnswerTooLargeError({ operation, status: response.status, maxBytes, requestId: readRequestId(response.headers) });
    const taken = onChunk(chunk);
    if (taken !== undefined) await taken;
  }
  return bytes;
}

/** Reads a body of at most `maxBytes` as text. */
export async function readText(reading: BodyReading): Promise<string> {
  const chunks: Uint8Array[] = [];
  const bytes = await readChunks(reading, (chunk) => void chunks.push(chunk));
  reading.onBytes?.(bytes);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** The first bytes of an error's body; what cannot be read is left out, since the status says enough. */
export async function readErrorText(reading: BodyReading): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    await readChunks(reading, (chunk) => void chunks.push(chunk));
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Parses a successful answer. JSON that ends in the middle is what Exchange sends, with status 200, when it cannot
 * render an item of a page: a smaller page gets past it. What never was JSON comes from somebody else.
 */
export function parseAnswer(answer: { operation: string; response: Response; text: string }): unknown {
  const { operation, response, text } = answer;
  try {
    return JSON.parse(text);
  } catch {
    const code = /^\s*[{[]/.test(text) ? 'TrawlTruncatedAnswer' : 'TrawlUnreadableAnswer';
    throw new GraphError({ operation, code, status: response.status, requestId: readRequestId(response.headers) });
  }
}
