import { answerError } from '../answer-error.ts';
import type { Tokens } from '../tokens.ts';
import { answerOf, createStep, headersOf } from './call.ts';

/**
 * Puts the token on a request. A 401 is answered with a new token, once: Graph has been seen to refuse valid tokens
 * with "Lifetime validation failed" for a moment. Codes that mean the mailbox, not the token, are left alone.
 */
export const authenticate = (tokens: Tokens, graphOrigin: string) => {
  const start = `${graphOrigin}/`;
  return createStep(async ({ context, call, next }) => {
    if (!call.url.startsWith(start) && new URL(call.url).origin !== graphOrigin)
      throw new Error('A token must not go to another host than Graph');
    const headers = headersOf(context);
    const token = await tokens.get(call.deadline);
    headers['Authorization'] = `Bearer ${token}`;
    await next();
    const response = answerOf(context);
    if (response.status !== 401) return;
    const { operation, deadline } = call;
    const refusal = answerError({ operation, status: 401, headers: response.headers, body: await response.clone().text() });
    if (refusal.class !== 'unauthorised') return;
    headers['Authorization'] = `Bearer ${await tokens.renew(token, deadline)}`;
    await next();
  });
};
