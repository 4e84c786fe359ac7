import { Readable, type Duplex } from 'node:stream';
import { brotliDecompressSync, createBrotliDecompress, createGunzip, createInflate, gunzipSync, inflateSync } from 'node:zlib';
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

/** Reads a body chunk by chunk, never more than `maxBytes` (after decompression); throws AnswerTooLargeError past it. */
export async function readChunks(reading: BodyReading, onChunk: (chunk: Uint8Array) => void | Promise<void>): Promise<number> {
  const { body } = reading.response;
  const encoding = encodingOf(reading.response);
  return readFrom(encoding === null || body === null ? (body ?? []) : unpacked(body, encoding.stream()), reading, onChunk);
}

/** Reads a body of at most `maxBytes` as text. */
export async function readText(reading: BodyReading): Promise<string> {
  const chunks: Uint8Array[] = [];
  await readFrom(reading.response.body ?? [], reading, (chunk) => void chunks.push(chunk));
  const whole = Buffer.concat(chunks);
  const encoding = encodingOf(reading.response);
  const bytes =
    encoding === null || whole.length === 0 ? whole : unpack(() => encoding.atOnce(whole, { maxOutputLength: reading.maxBytes }), reading);
  reading.onBytes?.(bytes.length);
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/**
 * The body as it comes; only what goes wrong on its way becomes an error of the network. By events: iterating over a stream
 * costs several promises for each chunk.
 */
function readFrom(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  reading: BodyReading,
  onChunk: (chunk: Uint8Array) => void | Promise<void>,
): Promise<number> {
  const stream = body instanceof Readable ? body : Readable.from(body);
  const { operation, deadline } = reading;
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error as Error);
      stream.destroy();
    };
    stream.on('error', (error) => reject(networkError({ operation, error, deadline }) as Error));
    stream.on('close', () => reject(networkError({ operation, error: new Error('The body ended early'), deadline }) as Error));
    stream.on('end', () => resolve(bytes));
    stream.on('data', (chunk: Uint8Array) => {
      bytes += chunk.byteLength;
      if (bytes > reading.maxBytes) return fail(tooLarge(reading));
      try {
        const taken = onChunk(chunk);
        if (taken === undefined) return;
        stream.pause();
        taken.then(() => stream.resume(), fail);
      } catch (error) {
        fail(error);
      }
    });
  });
}

/** Gzip is what we ask for; a proxy may know better. */
const encodings = new Map([
  ['gzip', { atOnce: gunzipSync, stream: createGunzip }],
  ['br', { atOnce: brotliDecompressSync, stream: createBrotliDecompress }],
  ['deflate', { atOnce: inflateSync, stream: createInflate }],
]);

function encodingOf({ headers }: Response) {
  return encodings.get(headers.get('content-encoding')?.trim().toLowerCase() ?? '') ?? null;
}

/** For what is streamed: what breaks the body breaks the stream that comes of it. */
function unpacked(body: AsyncIterable<Uint8Array>, unpacking: Duplex): AsyncIterable<Uint8Array> {
  const source = Readable.from(body);
  source.once('error', (error) => unpacking.destroy(error));
  unpacking.once('close', () => source.destroy());
  return source.pipe(unpacking);
}

/** At once: a stream of zlib costs several times as much for answers of this size, which are parsed at once as well. */
function unpack(decode: () => Buffer, reading: BodyReading): Buffer {
  const { operation, deadline } = reading;
  try {
    return decode();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(reading);
    throw networkError({ operation, error, deadline });
  }
}

function tooLarge({ operation, response, maxBytes }: BodyReading): AnswerTooLargeError {
  return new AnswerTooLargeError({ operation, status: response.status, maxBytes, requestId: readRequestId(response.headers) });
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
