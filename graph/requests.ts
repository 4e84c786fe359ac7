import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import type { Agent } from 'undici';
import { answerError } from './answer-error.ts';
import { authenticate } from './chain/authenticate.ts';
import { Call } from './chain/call.ts';
import { holdBudget } from './chain/hold-budget.ts';
import { keepFailure } from './chain/keep-failure.ts';
import { send } from './chain/send.ts';
import { telemetry, type RequestTelemetry } from './chain/telemetry.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { parseAnswer, readChunks, readText } from './read-body.ts';
import type { Tokens } from './tokens.ts';
import type { CallOptions } from './types.ts';

/** One request of an operation. */
export interface GraphRequest {
  operation: string;
  url: string;
  headers?: Record<string, string>;
  /** The most that is read of the answer, in bytes; the default of the kind of reading otherwise. */
  maxBytes?: number;
  /** Told how many bytes the answer had. */
  onBytes?: (bytes: number) => void;
  options: CallOptions;
}

/** The one way to Graph: what every operation is made of. All throw GraphError, or the caller's reason when it aborts. */
export interface Requests {
  readonly graphOrigin: string;
  getJson(request: GraphRequest): Promise<unknown>;
  getText(request: GraphRequest): Promise<string>;
  /** Hands the body over in chunks as they come; returns its size in bytes. The time limit holds between chunks. */
  getChunks(request: GraphRequest, onChunk: (chunk: Uint8Array) => void | Promise<void>): Promise<number>;
}

export interface RequestSettings {
  graphOrigin: string;
  tokens: Tokens;
  agent: Agent;
  requestTimeoutMs: number;
  onRequest: ((request: RequestTelemetry) => void) | undefined;
}

const maxJsonBytes = 64 * 1_048_576;
const maxTextBytes = 65_536;
/** Exchange Online takes messages of at most 150 MB (learn.microsoft.com/graph/outlook-large-attachments). */
const maxStreamBytes = 512 * 1_048_576;

const userAgent = 'NONISV|Trawl|Trawl/0.1';

type Reader<T> = (answer: { response: Response; deadline: Deadline }) => Promise<T>;

/**
 * Makes the requests of one credential: Microsoft's client with a chain of our own, without its retry, redirect and
 * authentication handlers (the first hides waits and requests from the budget, the last sends tokens by host name only).
 */
export function createRequests(settings: RequestSettings): Requests {
  const { graphOrigin, requestTimeoutMs } = settings;
  const client = Client.initWithMiddleware({
    baseUrl: graphOrigin,
    customHosts: new Set([new URL(graphOrigin).hostname]),
    middleware: [
      keepFailure(),
      authenticate(settings.tokens, graphOrigin),
      holdBudget(),
      telemetry(settings.onRequest),
      send(settings.agent),
    ],
  });

  async function exchange<T>(request: GraphRequest, read: Reader<T>): Promise<T> {
    const { operation, url, headers, options } = request;
    options.signal?.throwIfAborted();
    const deadline = createDeadline({ timeoutMs: requestTimeoutMs, signal: options.signal });
    const call = new Call({ operation, url, budget: options.budget, deadline });
    try {
      const response = await perform(call, { 'User-Agent': userAgent, Accept: 'application/json', ...headers });
      if (response.ok) return await read({ response, deadline });
      throw answerError({ operation, status: response.status, headers: response.headers, body: await response.text() });
    } finally {
      deadline.clear();
    }
  }

  async function perform(call: Call, headers: Record<string, string>): Promise<Response> {
    try {
      const request = client.api(call.url).headers(headers).middlewareOptions([call]).responseType(ResponseType.RAW);
      return (await request.get()) as Response;
    } catch (error) {
      throw call.failure ?? error;
    }
  }

  return {
    graphOrigin,
    getJson: (request) =>
      exchange(request, async ({ response, deadline }) => {
        const { operation, maxBytes = maxJsonBytes, onBytes } = request;
        return parseAnswer({ operation, response, text: await readText({ operation, response, deadline, maxBytes, onBytes }) });
      }),
    getText: (request) =>
      exchange(request, ({ response, deadline }) => {
        const { operation, maxBytes = maxTextBytes } = request;
        return readText({ operation, response, deadline, maxBytes });
      }),
    getChunks: (request, onChunk) =>
      exchange(request, ({ response, deadline }) => {
        const { operation, maxBytes = maxStreamBytes } = request;
        const onNextChunk = (chunk: Uint8Array) => {
          deadline.start();
          return onChunk(chunk);
        };
        return readChunks({ operation, response, deadline, maxBytes }, onNextChunk);
      }),
  };
}
