import createClient, { type Client } from 'openapi-fetch';
import type { Paths } from './api-types.ts';

export type * from './api-types.ts';

/** Calls by path and method, with the types of the API: `client.GET('/v1/sources/{id}', { params: { path: { id } } })`. */
export type TrawlClient = Client<Paths>;

/**
 * A client of the API at `baseUrl`. `key` is an API key, or an access token of Entra for this API; a function is asked anew
 * for each call. No call throws for a refusal: `data` is the answer, or `error` the problem.
 */
export function createTrawlClient({ baseUrl, key }: { baseUrl: string; key: string | (() => string | Promise<string>) }): TrawlClient {
  const client = createClient<Paths>({ baseUrl });
  client.use({
    async onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${typeof key === 'string' ? key : await key()}`);
      return request;
    },
  });
  return client;
}
