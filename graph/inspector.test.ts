import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createInspector } from './create-inspector.ts';
import type { Inspector } from './inspector-types.ts';
import { clientId, secret, tenantId } from './support/make-graph.ts';
import { closedOrigin, startScriptedMicrosoft, type Reply, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';

let microsoft: ScriptedMicrosoft;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());

function open(settings: { authority?: string; secret?: string } = {}): Inspector {
  microsoft.scriptToken();
  const silent = { debug: () => undefined, warn: () => undefined };
  const made = createInspector({
    ...{ endpoints: { authority: settings.authority ?? microsoft.origin, graph: microsoft.origin }, tenantId, clientId },
    ...{
      login: { kind: 'secret' as const, secret: settings.secret ?? secret },
      extraCaFile: microsoft.caFile,
      connections: 4,
      requestTimeoutMs: 2_000,
      log: silent,
    },
  });
  onTestFinished(() => made.close());
  return made;
}

const tokenWith = (claims: unknown): Reply => ({
  body: { token_type: 'Bearer', expires_in: 3599, access_token: `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x` },
});

test('signing in tells what the token says, and requests go with that token alone', async () => {
  const inspector = open();
  const claims = { tid: tenantId, app_displayname: 'Trawl', roles: ['User.Read.All', 7, 'Mail.Read'] };
  microsoft.scriptToken(tokenWith(claims));
  microsoft.script({ body: { value: [{ id: tenantId, displayName: 'Contoso' }] } });
  expect(await inspector.signIn({})).toEqual({ roles: ['User.Read.All', 'Mail.Read'], tenantId, appName: 'Trawl' });
  expect(await inspector.getTenantName({})).toBe('Contoso');
  expect(microsoft.tokenRequests).toHaveLength(1);
});

test.each([[null], [{ roles: 'Mail.Read', tid: 5 }], ['text']])('a token that says %j says nothing, and is no fault', async (claims) => {
  const inspector = open();
  microsoft.scriptToken(tokenWith(claims));
  expect(await inspector.signIn({})).toEqual({ roles: [], tenantId: null, appName: null });
});

test('a token that cannot be read is used all the same', async () => {
  const inspector = open();
  expect(await inspector.signIn({})).toEqual({ roles: [], tenantId: null, appName: null });
});

/** Every row of Entra's refusals (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
test.each([
  [400, 'invalid_request', 90002],
  [400, 'invalid_request', 900023],
  [400, 'unauthorized_client', 700016],
  [401, 'invalid_client', 7000215],
  [401, 'invalid_client', 7000222],
  [401, 'invalid_client', 700027],
  [401, 'invalid_client', 7000218],
  [400, 'invalid_scope', 70011],
  [400, 'invalid_resource', 500011],
  [400, 'invalid_request', 900144],
  [400, 'unauthorized_client', 500014],
])('a refusal of %i %s %i is told by its code', async (status, error, number) => {
  const inspector = open();
  microsoft.scriptToken({ status, body: { error, error_codes: [number], error_description: 'canary' } });
  const failed = await inspector.signIn({}).catch((reason: unknown) => reason);
  expect(failed).toMatchObject({ name: 'GraphError', code: `AADSTS${number}`, class: 'unauthorised' });
  expect(String(failed)).not.toContain('canary');
});

test('an Entra that nobody reaches is told as that', async () => {
  const inspector = open({ authority: await closedOrigin() });
  await expect(inspector.signIn({})).rejects.toMatchObject({ code: 'TrawlUnreachable', class: 'transient' });
});

test('a wrong secret that is a UUID is told as the id of one', async () => {
  const wrong = { status: 401, body: { error: 'invalid_client', error_codes: [7000215] } };
  const inspector = open({ secret: '0b9f3a52-6a51-4a43-9d6a-0f3a3f2b7c11' });
  microsoft.scriptToken(wrong);
  await expect(inspector.signIn({})).rejects.toMatchObject({ code: 'TrawlSecretIdPasted', class: 'unauthorised' });
});

test.each([
  [{ id: 'm', bodyPreview: '' }, true],
  [{ id: 'm' }, false],
  [{ id: 'm', bodyPreview: null }, false],
])('a message %j shows whether words come with it: %s', async (message, hasWords) => {
  const inspector = open();
  microsoft.script({ body: { value: [message] } });
  expect(await inspector.sampleMessage({ userId: 'u' }, {})).toEqual({ id: 'm', hasWords });
});

test('only small reading requests are sent', async () => {
  const inspector = open();
  microsoft.script({ body: { id: 'x', value: [] } });
  await inspector.sampleUsers({});
  await inspector.sampleGroups({});
  await inspector.getAppName({ clientId }, {});
  expect(await inspector.sampleMessage({ userId: 'u' }, {})).toBeNull();
  expect(await inspector.sampleEvent({ userId: 'u' }, {})).toBeNull();
  await inspector.probeDrive({ userId: 'u' }, {});
  await inspector.probeRootSite({});
  await inspector.probeSubscriptions({});
  expect(microsoft.graphRequests.every(({ method, body }) => method === 'GET' && body === '')).toBe(true);
  expect(microsoft.graphRequests).toHaveLength(8);
});
