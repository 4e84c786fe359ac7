import { fetch, type Agent } from 'undici';
import { networkError } from '../network-error.ts';
import { readErrorText } from '../read-body.ts';
import { createStep, headersOf, type Call } from './call.ts';

const maxErrorBytes = 65_536;

/**
 * Innermost: sends over our own pool. `fetch` and Agent must come from the same undici. No redirect is followed: none
 * of the operations knows one, and a token must not travel.
 */
export const send = (agent: Agent) =>
  createStep(async ({ context, call }) => {
    const { operation, url, deadline } = call;
    delete context.response;
    deadline.start();
    let response: Response;
    try {
      const answer = await fetch(url, {
        method: 'GET',
        headers: headersOf(context),
        redirect: 'manual',
        signal: deadline.signal,
        dispatcher: agent,
      });
      response = answer as unknown as Response;
    } catch (error) {
      throw networkError({ operation, error, deadline });
    }
    context.response = response.ok ? response : await settle(response, call);
  });

/** Takes a refusal off the socket, so that the rest of the chain can read it and wait without holding a connection. */
async function settle(response: Response, call: Call): Promise<Response> {
  const { operation, deadline } = call;
  const { status, headers } = response;
  const text = await readErrorText({ operation, response, deadline, maxBytes: maxErrorBytes });
  deadline.stop();
  return new Response(status === 304 ? null : text, { status, headers });
}
