import { request, type Agent } from 'undici';
import { networkError } from '../network-error.ts';
import { readErrorText } from '../read-body.ts';
import { createStep, headersOf, type Call } from './call.ts';

const maxErrorBytes = 65_536;

/**
 * Innermost: sends over our own pool. `request` and Agent must come from the same undici; its `fetch` costs twice the
 * processor time. No redirect is followed: none of the operations knows one, and a token must not travel.
 */
export const send = (agent: Agent) =>
  createStep(async ({ context, call }) => {
    const { operation, url, deadline } = call;
    delete context.response;
    deadline.start();
    let response: Response;
    let given: GivenHeaders;
    try {
      const headers = { 'Accept-Encoding': 'gzip', ...headersOf(context) };
      const { statusCode, headers: told, body } = await request(url, { headers, signal: deadline.signal, dispatcher: agent });
      given = told;
      response = answer({ status: statusCode, headers: given, body });
    } catch (error) {
      throw networkError({ operation, error, deadline });
    }
    context.response = response.ok ? response : await settle(response, { call, headers: toHeaders(given) });
  });

type GivenHeaders = Record<string, string | string[] | undefined>;

function toHeaders(given: GivenHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) headers.set(name, String(value));
  return headers;
}

/**
 * As much of a Response as the chain and the readers of bodies use: they read the body as it comes, still encoded, and look up
 * headers by their lower-case names. A whole one costs more processor time than the rest of the chain.
 */
function answer({ status, headers, body }: { status: number; headers: GivenHeaders; body: AsyncIterable<Uint8Array> }): Response {
  const get = (name: string): string | null => headers[name]?.toString() ?? null;
  return { status, ok: status >= 200 && status < 300, headers: { get }, body } as unknown as Response;
}

/** Takes a refusal off the socket, so that the rest of the chain can read it and wait without holding a connection. */
async function settle(response: Response, { call, headers }: { call: Call; headers: Headers }): Promise<Response> {
  const { operation, deadline } = call;
  const { status } = response;
  const text = await readErrorText({ operation, response, deadline, maxBytes: maxErrorBytes });
  deadline.stop();
  return new Response(status === 304 ? null : text, { status, headers });
}
