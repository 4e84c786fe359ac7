import { fetch, type Agent } from 'undici';
import { networkError } from '../network-error.ts';
import { createStep, headersOf } from './call.ts';

/**
 * Innermost: sends over our own pool. `fetch` and Agent must come from the same undici. No redirect is followed: none
 * of the operations knows one, and a token must not travel.
 */
export const send = (agent: Agent) =>
  createStep(async ({ context, call }) => {
    const { operation, url, deadline } = call;
    delete context.response;
    deadline.start();
    try {
      const response = await fetch(url, {
        method: 'GET',
        headers: headersOf(context),
        redirect: 'manual',
        signal: deadline.signal,
        dispatcher: agent,
      });
      context.response = response as unknown as Response;
    } catch (error) {
      throw networkError({ operation, error, deadline });
    }
  });
