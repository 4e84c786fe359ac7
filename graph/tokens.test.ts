import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { clientId, makeGraph, secret, tenantId } from './support/make-graph.ts';
import { closedOrigin, startScriptedMicrosoft, type Reply, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';

let microsoft: ScriptedMicrosoft;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());

function open(settings: Parameters<typeof makeGraph>[1] = {}) {
  microsoft.scriptToken();
  const made = makeGraph(microsoft, settings);
  onTestFinished(() => made.graph.close());
  return made;
}

const users: Reply = { body: { value: [] } };
const refusedToken = (message: string): Reply => ({
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer realm=""' },
  body: { error: { code: 'InvalidAuthenticationToken', message, innerError: {} } },
});
const flicker = refusedToken('Lifetime validation failed, the token is expired.');
const authorizations = () => microsoft.graphRequests.map(({ headers }) => headers.authorization);

/** A refusal as Entra words it (learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). */
const entraRefusal = (status: number, error: string, number: number): Reply => ({
  status,
  body: {
    error,
    error_description: `AADSTS${number}: canary for app '${clientId}'.\r\nTrace ID: 1\r\nCorrelation ID: 2\r\nTimestamp: 2026-01-01 00:00:00Z`,
    error_codes: [number],
    timestamp: '2026-01-01 00:00:00Z',
    trace_id: '1',
    correlation_id: '2',
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  },
});

test('one token serves many requests, asked for at once or one after another', async () => {
  const { graph } = open();
  microsoft.script(users);
  await Promise.all(Array.from({ length: 10 }, () => graph.listUsers({ link: null }, {})));
  await graph.listUsers({ link: null }, {});
  expect(microsoft.tokenRequests).toHaveLength(1);
  expect(new Set(authorizations()).size).toBe(1);
  const asked = new URLSearchParams(microsoft.tokenRequests[0]!.body);
  expect(asked.get('client_id')).toBe(clientId);
  expect(asked.get('client_secret')).toBe(secret);
  expect(asked.get('scope')).toBe(`${microsoft.origin}/.default`);
});

test('a token that Graph refuses for a moment is replaced once', async () => {
  const { graph, logged } = open();
  microsoft.script(flicker, users);
  expect((await graph.listUsers({ link: null }, {})).items).toEqual([]);
  expect(microsoft.tokenRequests).toHaveLength(2);
  expect(new Set(authorizations()).size).toBe(2);
  expect(JSON.stringify(logged)).not.toContain('canary-token');
});

test('requests that were refused together ask for one new token together', async () => {
  const { graph } = open();
  let refused = 0;
  microsoft.script((response, request) => {
    const isFirst = request.headers.authorization === authorizations()[0];
    response.writeHead(isFirst ? 401 : 200, { 'Content-Type': 'application/json' });
    if (isFirst) refused += 1;
    response.end(JSON.stringify(isFirst ? { error: { code: 'InvalidAuthenticationToken' } } : { value: [] }));
  });
  await Promise.all(Array.from({ length: 6 }, () => graph.listUsers({ link: null }, {})));
  expect(refused).toBe(6);
  expect(microsoft.tokenRequests).toHaveLength(2);
});

test('a request that was refused late takes the token that others have renewed meanwhile', async () => {
  const { graph } = open();
  let answerLate: () => void = () => undefined;
  microsoft.script(
    { body: { value: [] } },
    (response) => {
      answerLate = () => response.writeHead(401).end('');
    },
    flicker,
    users,
  );
  await graph.listUsers({ link: null }, {});
  const late = graph.listUsers({ link: null }, {});
  await vi.waitUntil(() => microsoft.graphRequests.length === 2);
  await graph.listUsers({ link: null }, {});
  answerLate();
  await late;
  expect(microsoft.tokenRequests).toHaveLength(2);
});

test("a token that stays refused is the credential's fault, after two requests", async () => {
  const { graph } = open();
  microsoft.script(flicker);
  await expect(graph.listUsers({ link: null }, {})).rejects.toMatchObject({
    code: 'InvalidAuthenticationToken',
    class: 'unauthorised',
    status: 401,
  });
  expect(microsoft.graphRequests).toHaveLength(2);
});

test('a 401 that means the mailbox asks for no new token', async () => {
  const { graph } = open();
  microsoft.script({ status: 401, body: { error: { code: 'AuthenticationError', message: 'Error authenticating with resource' } } });
  await expect(graph.probeMailbox({ userId: 'u' }, {})).rejects.toMatchObject({ code: 'AuthenticationError', class: 'ineligible' });
  expect([microsoft.graphRequests.length, microsoft.tokenRequests.length]).toEqual([1, 1]);
});

const refusals = [
  ['an unknown tenant', 400, 'invalid_request', 90002],
  ['a malformed tenant', 400, 'invalid_request', 900023],
  ['an unknown client id', 400, 'unauthorized_client', 700016],
  ['a wrong secret', 401, 'invalid_client', 7000215],
  ['an expired secret', 401, 'invalid_client', 7000222],
  ['a bad certificate', 401, 'invalid_client', 700027],
  ['no secret', 401, 'invalid_client', 7000218],
  ['a bad scope', 400, 'invalid_scope', 70011],
  ['a missing parameter', 400, 'invalid_request', 900144],
  ['a lapsed subscription', 400, 'unauthorized_client', 500014],
  ['a code of tomorrow', 400, 'invalid_client', 123456],
] as const;

test.each(refusals)('%s is told by its code, to a crawl and to a test alike', async (_what, status, error, number) => {
  const { graph } = open();
  const refusal = entraRefusal(status, error, number);
  microsoft.script(users);
  microsoft.scriptToken(refusal, refusal);
  const failed = await graph.listUsers({ link: null }, {}).catch((reason: unknown) => reason);
  expect(failed).toMatchObject({ name: 'GraphError', code: `AADSTS${number}`, class: 'unauthorised', status });
  expect(String(failed)).not.toMatch(/canary|11111111/);
  expect(microsoft.graphRequests).toEqual([]);
  microsoft.scriptToken(refusal);
  expect(await graph.checkCredential({})).toEqual({ accepted: false, code: `AADSTS${number}`, transient: false });
});

test('a refused credential is accepted again without a new client once Entra accepts it', async () => {
  const { graph } = open();
  const refusal = entraRefusal(401, 'invalid_client', 7000222);
  microsoft.script(users);
  microsoft.scriptToken(refusal, refusal);
  await expect(graph.listUsers({ link: null }, {})).rejects.toMatchObject({ code: 'AADSTS7000222' });
  expect((await graph.listUsers({ link: null }, {})).items).toEqual([]);
});

test('the test of a credential asks the token endpoint itself', async () => {
  const { graph } = open();
  expect(await graph.checkCredential({})).toEqual({ accepted: true });
  const [asked] = microsoft.tokenRequests;
  expect(asked).toMatchObject({ method: 'POST', url: `/${tenantId}/oauth2/v2.0/token` });
  expect(Object.fromEntries(new URLSearchParams(asked!.body))).toEqual({
    client_id: clientId,
    client_secret: secret,
    grant_type: 'client_credentials',
    scope: `${microsoft.origin}/.default`,
  });
});

test.each([
  ['a fault of Entra', { status: 503, body: '<html>busy</html>' }, 'TrawlTokenUnavailable'],
  ['a fault that Entra names', entraRefusal(503, 'temporarily_unavailable', 90033), 'AADSTS90033'],
  ['throttling', { status: 429, headers: { 'Retry-After': '5' }, body: '' }, 'TrawlHttp429'],
  ["throttling with a refusal's words", entraRefusal(429, 'invalid_client', 7000215), 'AADSTS7000215'],
  ['an answer that is not JSON', { body: '<html>welcome</html>' }, 'TrawlUnreadableAnswer'],
  ['an answer without a token', { body: { token_type: 'Bearer' } }, 'TrawlUnreadableAnswer'],
  ['a redirect', { status: 302, headers: { Location: 'https://evil.example/' }, body: '' }, 'TrawlRedirected'],
] as [string, Reply, string][])('%s passes: the credential is not taken for refused', async (_what, reply, code) => {
  const { graph } = open();
  microsoft.scriptToken(reply);
  expect(await graph.checkCredential({})).toEqual({ accepted: false, code, transient: true });
});

test('throttling by Entra reaches the caller with its Retry-After instead of being waited out within', async () => {
  const { graph } = open();
  const busy: Reply = { status: 429, headers: { 'Retry-After': '120' }, body: '' };
  microsoft.script(users);
  microsoft.scriptToken(busy, busy);
  await expect(graph.listUsers({ link: null }, {})).rejects.toMatchObject({ class: 'throttled', retryAfterMs: 120_000 });
  expect(microsoft.tokenRequests).toHaveLength(2);
});

test('an Entra that cannot be reached is transient', async () => {
  const { graph } = open({ endpoints: { authority: await closedOrigin(), graph: microsoft.origin } });
  expect(await graph.checkCredential({})).toEqual({ accepted: false, code: 'TrawlUnreachable', transient: true });
  await expect(graph.listUsers({ link: null }, {})).rejects.toMatchObject({ code: 'TrawlUnreachable', class: 'transient', status: null });
});

test('an Entra that hangs is a timeout, and keeps no connection', async () => {
  const { graph } = open({ requestTimeoutMs: 300 });
  const left: Promise<unknown>[] = [];
  const hang: Reply = (response) => void left.push(once(response, 'close'));
  microsoft.scriptToken(hang, hang, hang);
  await expect(graph.listUsers({ link: null }, {})).rejects.toMatchObject({ code: 'TrawlTimeout', class: 'transient' });
  expect(await graph.checkCredential({})).toEqual({ accepted: false, code: 'TrawlTimeout', transient: true });
  await Promise.all(left);
});

test('a caller that aborts while the token is awaited gets its own reason', async () => {
  const { graph } = open();
  const controller = new AbortController();
  const reason = new Error('paused');
  microsoft.scriptToken((response) => {
    controller.abort(reason);
    response.end('{}');
  });
  await expect(graph.listUsers({ link: null }, { signal: controller.signal })).rejects.toBe(reason);
});

test('a token is renewed before it ends, and used on while Entra is away', async () => {
  const { graph, logged } = open();
  const away: Reply = { status: 500, body: '' };
  const startMs = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: startMs });
  onTestFinished(() => void vi.useRealTimers());
  const ask = async (afterSeconds: number, ...entra: Reply[]) => {
    microsoft.script(users);
    microsoft.scriptToken(...entra);
    vi.setSystemTime(startMs + afterSeconds * 1_000);
    await graph.listUsers({ link: null }, {});
    return { tokenRequests: microsoft.tokenRequests.length, authorization: authorizations()[0] };
  };
  const first = await ask(0);
  expect(await ask(3_000)).toEqual({ tokenRequests: 0, authorization: first.authorization });
  expect(await ask(3_400, away, away)).toEqual({ tokenRequests: 2, authorization: first.authorization });
  expect(logged).toHaveLength(1);
  expect(await ask(3_420, away, away)).toEqual({ tokenRequests: 0, authorization: first.authorization });
  expect(await ask(3_440, away, away)).toEqual({ tokenRequests: 2, authorization: first.authorization });
  await expect(ask(3_595, away, away)).rejects.toMatchObject({ code: 'TrawlTokenUnavailable', class: 'transient' });
  const renewed = await ask(3_596);
  expect(renewed.tokenRequests).toBe(1);
  expect(renewed.authorization).not.toBe(first.authorization);
});

describe('another login', () => {
  const another = { kind: 'secret', secret: 'canary~another~secret' } as const;
  const secretsAsked = () => microsoft.tokenRequests.map(({ body }) => new URLSearchParams(body).get('client_secret'));

  test('is what the next request goes by: the token of before is used no more', async () => {
    const { graph } = open();
    microsoft.script(users);
    await graph.listUsers({ link: null }, {});
    graph.useLogin(another);
    await graph.listUsers({ link: null }, {});
    expect(secretsAsked()).toEqual([secret, another.secret]);
    expect(new Set(authorizations()).size).toBe(2);
    expect(await graph.checkCredential({})).toEqual({ accepted: true });
    expect(secretsAsked().at(-1)).toBe(another.secret);
  });

  test.each([
    ['a token', {}],
    ['a refusal', entraRefusal(401, 'invalid_client', 7000222)],
  ])('that comes while %s is under way takes its place', async (_what, late) => {
    const { graph } = open();
    microsoft.script(users);
    let answerLate: () => void = () => undefined;
    microsoft.scriptToken((response) => {
      answerLate = () => {
        const { status = 200, body = { token_type: 'Bearer', expires_in: 3599, access_token: 'canary-old-token' } } = late as Exclude<
          Reply,
          Function
        >;
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      };
    });
    const waiting = graph.listUsers({ link: null }, {});
    await vi.waitUntil(() => microsoft.tokenRequests.length === 1);
    graph.useLogin(another);
    answerLate();
    await waiting;
    expect(secretsAsked().at(-1)).toBe(another.secret);
    expect(authorizations()).toHaveLength(1);
    expect(authorizations()[0]).not.toContain('old');
  });
});
