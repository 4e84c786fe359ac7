import { problem } from '../http/problem.ts';

const HANDSHAKE_MS = 10_000;
/** Who has not answered by then is asked again: learn.microsoft.com/graph/change-notifications-delivery-webhooks. */
const ANSWER_MS = 3_000;

const LOCAL =
  /^(localhost|127(\.\d+){3}|\[::1\]|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|[a-z0-9-]+|.+\.(local|internal|test))$/i;

/** Graph takes https alone; this emulator also takes http to a machine nearby, since what it stands in for is tested there. */
export function checkedUrl(value: unknown, name: string): string {
  const isUrl = typeof value === 'string' && value.length <= 2_048 && URL.canParse(value);
  const url = isUrl ? new URL(value) : undefined;
  if (!url) throw problem(400, 'InvalidRequest', `${name} is not a valid URL.`);
  const isLocal = url.protocol === 'http:' && LOCAL.test(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) throw problem(400, 'InvalidRequest', `${name} must be an HTTPS URL.`);
  return value as string;
}

/** learn.microsoft.com/graph/change-notifications-delivery-webhooks: the token comes back decoded, as text/plain, with 200. */
export async function shakeHands(url: string, requestId: string): Promise<void> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${requestId}`;
  const address = `${url}${url.includes('?') ? '&' : '?'}validationToken=${encodeURIComponent(token)}`;
  const fail = (reason: string) => problem(400, 'ValidationError', `Subscription validation request ${reason}`);
  let status: number;
  let type: string;
  let body: string;
  try {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'client-request-id': requestId };
    const response = await fetch(address, { method: 'POST', headers, redirect: 'manual', signal: AbortSignal.timeout(HANDSHAKE_MS) });
    status = response.status;
    type = response.headers.get('content-type') ?? '';
    body = await firstBytes(response, token.length * 4);
  } catch (error) {
    throw fail((error as Error).name === 'TimeoutError' ? 'timed out.' : 'failed. The notification endpoint could not be reached.');
  }
  if (status !== 200) throw fail('failed. Notification endpoint must respond with 200 OK to validation request.');
  if (!/^text\/plain\b/i.test(type)) throw fail("failed. The response's content type must be text/plain.");
  if (body !== token) throw fail('failed. The response must be the validation token, decoded.');
}

/** An endpoint that answers without end is not read to it. */
async function firstBytes(response: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array);
    size += (part as Uint8Array).length;
    if (size > most) break;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Did the endpoint take the notices, and how long did it think? */
export async function post(url: string, body: object): Promise<{ readonly accepted: boolean; readonly tookMs: number }> {
  const started = performance.now();
  let accepted = false;
  try {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    accepted = response.status >= 200 && response.status < 300;
    await response.body?.cancel();
  } catch {
    // Unreachable, cut off or too slow: it is asked again later.
  }
  return { accepted, tookMs: performance.now() - started };
}
