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
    try {
      const headers = { 'Accept-Encoding': 'gzip', ...headersOf(context) };
      const { statusCode, headers: given, body } = await request(url, { headers, signal: deadline.signal, dispatcher: agent });
      response = answer({ status: statusCode, headers: toHeaders(given), body });
    } catch (error) {
      throw networkError({ operation, error, deadline });
    }
    context.response = response.ok ? response : await settle(response, call);
  });

function toHeaders(given: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) headers.set(name, String(value));
  return headers;
}

/** As much of a Response as the chain and the readers of bodies use, which iterate over the body, still as it was encoded. */
function answer({ status, headers, body }: { status: number; headers: Headers; body: AsyncIterable<Uint8Array> }): Response {
  return { status, ok: status >= 200 && status < 300, headers, body } as unknown as Response;
}

/** Takes a refusal off the socket, so that the rest of the chain can read it and wait without holding a connection. */
async function settle(response: Response, call: Call): Promise<Response> {
  const { operation, deadline } = call;
  const { status, headers } = response;
  const text = await readErrorText({ operation, response, deadline, maxBytes: maxErrorBytes });
  deadline.stop();
  return new Response(status === 304 ? null : text, { status, headers });
}
