import { fetch, type Agent } from 'undici';
import { findErrorRow } from '../contract/errors.ts';
import type { Deadline } from './deadline.ts';
import { GraphError } from './graph-error.ts';
import { explainRefusal, proofOf, tokenEndpoint, type Login } from './login.ts';
import { networkError } from './network-error.ts';
import { parseAnswer, readText } from './read-body.ts';
import { readRetryAfterMs } from './retry-after.ts';

export interface EntraApp {
  authority: string;
  graph: string;
  tenantId: string;
  clientId: string;
  login: Login;
}

const operation = 'askEntra';

/**
 * Asks the token endpoint directly and tells why it refuses: `@azure/identity` loses the cause (an unknown tenant has
 * no AADSTS code there at all). Throws a GraphError with Entra's code,
 * or with the closer cause where the login itself tells it; returns the token that Entra gives.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function askEntra(asking: { app: EntraApp; agent: Agent; deadline: Deadline }): Promise<string> {
  const { app, agent, deadline } = asking;
  const body = new URLSearchParams({
    client_id: app.clientId,
    ...(await proofOf(app)),
    grant_type: 'client_credentials',
    scope: `${app.graph}/.default`,
  });
  deadline.start();
  let response: Response;
  try {
    const answer = await fetch(tokenEndpoint(app), {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: deadline.signal,
      dispatcher: agent,
    });
    response = answer as unknown as Response;
  } catch (error) {
    throw networkError({ operation, error, deadline });
  }
  const text = await readText({ operation, response, deadline, maxBytes: 1_048_576 });
  if (!response.ok) throw await refusal(response, { text, login: app.login });
  const token = (parseAnswer({ operation, response, text }) as { access_token?: unknown } | null)?.access_token;
  if (typeof token !== 'string') throw new GraphError({ operation, code: 'TrawlUnreadableAnswer', status: response.status });
  return token;
}

async function refusal(response: Response, { text, login }: { text: string; login: Login }): Promise<GraphError> {
  const { status, headers } = response;
  const code = status >= 300 && status < 400 ? 'TrawlRedirected' : await explainRefusal(readEntraCode(text, status), login);
  return new GraphError({ operation, code, status, class: classOfRefusal(code, status), retryAfterMs: readRetryAfterMs(headers) });
}

/** Server faults and throttling pass; `invalid_client` and the like can come with them, so the status decides. */
function classOfRefusal(code: string, status: number): GraphError['class'] {
  if (status === 429) return 'throttled';
  return status >= 500 ? 'transient' : findErrorRow(code, status).class;
}

function readEntraCode(text: string, status: number): string {
  const { error, error_codes: numbers } = parseRefusal(text);
  const number: unknown = Array.isArray(numbers) ? numbers[0] : undefined;
  if (typeof number === 'number' && Number.isInteger(number)) return `AADSTS${number}`;
  if (typeof error === 'string' && /^[a-z_]{1,60}$/.test(error)) return error;
  return status === 429 ? 'TrawlHttp429' : 'TrawlTokenUnavailable';
}

function parseRefusal(text: string): { error?: unknown; error_codes?: unknown } {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
