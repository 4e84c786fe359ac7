import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SignJWT } from 'jose';
import { Agent, request } from 'undici';
import { buildEmulator, type Emulator, type EmulatorOptions, type RunningEmulator } from '../../emulator/build-emulator.ts';
import { createAnswerValidator } from '../../emulator/http/validate-answer.ts';

const OPENAPI = resolve(import.meta.dirname, '../../../shared/graph/openapi-subset.json');

/** Microsoft's OpenAPI document stands beside the checkout, where there is one. */
export const hasOpenApi = existsSync(OPENAPI);

let validator: ReturnType<typeof createAnswerValidator> | undefined;

export interface Reply<T = any> {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: T;
  readonly bytes: Buffer;
}

export interface TestEmulator extends RunningEmulator {
  readonly emulator: Emulator;
  readonly dataDir: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
  /** What the emulator failed on; a test's end expects it to be empty. */
  readonly failures: unknown[];
  /** GET of a path below /v1.0, or of a whole link, with a token; immutable ids unless `prefer` says otherwise. */
  get(path: string, options?: { prefer?: string; headers?: Record<string, string>; token?: string | null }): Promise<Reply>;
  send(method: string, url: string, options?: { body?: string | Buffer; headers?: Record<string, string> }): Promise<Reply>;
  control(method: string, path: string, body?: object | Buffer): Promise<Reply>;
  /** An access token of the app itself. */
  appToken(): Promise<string>;
  /** An access token as the person of this object id would have it who consented to these delegated permissions. */
  personToken(userId: string, scopes: readonly string[]): Promise<string>;
  token(changes?: Record<string, string>): Promise<Reply>;
  /** Cuts all connections that are open; later calls get new ones. */
  hangUp(): Promise<void>;
  stop(): Promise<void>;
}

export async function startEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
  const failures: unknown[] = [];
  if (hasOpenApi) validator ??= createAnswerValidator(OPENAPI);
  const validate = validator === undefined ? {} : { validate: validator };
  const emulator = await buildEmulator({ ...validate, logError: (error) => failures.push(error), ...options, dataDir });
  const running = await emulator.start();
  const app = emulator.world.apps()[0]!;
  const client = createTestClient(running, { tenantId: emulator.world.tenant.id, clientId: app.clientId, secret: app.secrets[0]!.value });
  const stop = async () => {
    await client.close();
    await emulator.stop();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  const personToken = (userId: string, scopes: readonly string[]) =>
    signedPersonToken({ dataDir, tenantId: emulator.world.tenant.id, appId: app.clientId, userId, scopes });
  return { ...running, ...client, personToken, emulator, dataDir, failures, stop };
}

/** Signed with the emulator's own key: for tests of what a person may read, not of how people sign in. */
async function signedPersonToken(of: {
  dataDir: string;
  tenantId: string;
  appId: string;
  userId: string;
  scopes: readonly string[];
}): Promise<string> {
  const key = createPrivateKey(readFileSync(join(of.dataDir, 'token-key.pem')));
  const iss = `https://sts.windows.net/${of.tenantId}/`;
  const claims = { aud: 'https://graph.microsoft.com', iss, tid: of.tenantId, appid: of.appId, oid: of.userId, scp: of.scopes.join(' ') };
  return new SignJWT({ ...claims, idtyp: 'user', ver: '1.0' })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256' })
    .setIssuedAt()
    .setNotBefore('-1m')
    .setExpirationTime('1h')
    .sign(key);
}

/** Gives the app every permission that some route asks for: nothing is refused then but for what is asked. To be called before the first request. */
export async function grantEverything({ emulator, clientId, control }: TestEmulator): Promise<void> {
  const roles = new Set(emulator.routes.flatMap(({ handler }) => handler.roles));
  await control('PATCH', `/apps/${clientId}`, { roles: [...roles, 'Member.Read.Hidden'] });
}

export interface Credentials {
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
}

/** A reader that knows Microsoft's documents and nothing of Trawl. */
export function createTestClient(running: Pick<RunningEmulator, 'url' | 'controlUrl' | 'ca'>, credentials: Credentials) {
  const connect = () => new Agent({ connect: { ca: running.ca }, allowH2: false });
  let agent = connect();
  let held: string | undefined;
  const send: TestEmulator['send'] = async (method, url, { body, headers } = {}) => {
    const response = await request(url, {
      dispatcher: agent,
      method: method as 'GET',
      headers: headers ?? {},
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const isJson = String(response.headers['content-type'] ?? '').startsWith('application/json');
    return { status: response.statusCode, headers: response.headers, bytes, body: isJson ? parsed(bytes) : bytes.toString('utf8') };
  };
  const token: TestEmulator['token'] = (changes = {}) => {
    const form = {
      client_id: credentials.clientId,
      client_secret: credentials.secret,
      scope: 'https://graph.microsoft.com/.default',
      grant_type: 'client_credentials',
    };
    const { tenant = credentials.tenantId, ...fields } = changes;
    const wanted = Object.entries({ ...form, ...fields }).filter(([, value]) => value !== '');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return send('POST', `${running.url}/${tenant}/oauth2/v2.0/token`, { body: new URLSearchParams(wanted).toString(), headers });
  };
  const appToken = async () => (held ??= (await token()).body.access_token as string);
  const get: TestEmulator['get'] = async (path, options = {}) => {
    const bearer = options.token === undefined ? await appToken() : options.token;
    const authorization: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
    const headers = { prefer: options.prefer ?? 'IdType="ImmutableId", odata.maxpagesize=100', ...authorization, ...options.headers };
    return send('GET', path.startsWith('https:') ? path : `${running.url}/v1.0${path}`, { headers });
  };
  const control: TestEmulator['control'] = (method, path, body) => {
    const isMime = Buffer.isBuffer(body);
    const headers = { 'content-type': isMime ? 'message/rfc822' : 'application/json' };
    return send(method, `${running.controlUrl}${path}`, body === undefined ? {} : { headers, body: isMime ? body : JSON.stringify(body) });
  };
  const hangUp = async () => {
    const old = agent;
    agent = connect();
    await old.destroy();
  };
  return { ...credentials, send, token, appToken, get, control, hangUp, close: () => agent.close() };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes.toString('utf8');
  }
}

/** Follows a collection's links to the end; gives all elements and the deltaLink, if there is one. */
export async function readAll(
  client: Pick<TestEmulator, 'get'>,
  path: string,
  options?: { prefer?: string },
): Promise<{ value: any[]; deltaLink: string }> {
  const value: any[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const page: Reply = await client.get(next, options);
    if (page.status !== 200) throw new Error(`${page.status} ${JSON.stringify(page.body)} for ${next}`);
    value.push(...page.body.value);
    next = page.body['@odata.nextLink'];
    if (next === undefined) return { value, deltaLink: page.body['@odata.deltaLink'] };
  }
  throw new Error('A collection has at least one page');
}

export async function readTruth(client: Pick<TestEmulator, 'control'>, query = ''): Promise<any[]> {
  const reply = await client.control('GET', `/truth${query}`);
  return String(reply.body)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

/** Reads a whole mailbox as Microsoft documents it: folder tree by delta, messages by delta, attachments, own calendars. */
export async function readMailbox(client: TestEmulator, user: { id: string; mail: string | null }): Promise<Map<string, any>> {
  const found = new Map<string, any>();
  const folders = await readAll(client, `/users/${user.id}/mailFolders/delta`);
  for (const folder of folders.value.filter((entry) => entry['@odata.type'] !== '#microsoft.graph.mailSearchFolder')) {
    const { value } = await readAll(client, `/users/${user.id}/mailFolders/${folder.id}/messages/delta`);
    for (const message of value) {
      found.set(message.id, message);
      if (!message.hasAttachments && !/cid:/i.test(message.body.content)) continue;
      const attachments = await readAll(client, `/users/${user.id}/messages/${message.id}/attachments`);
      for (const attachment of attachments.value) found.set(attachment.id, attachment);
    }
  }
  const calendars = await readAll(client, `/users/${user.id}/calendars?$top=100`);
  for (const calendar of calendars.value.filter(
    (entry) => entry.isDefaultCalendar || (entry.owner?.address === user.mail && entry.canEdit),
  )) {
    const events = await readAll(client, `/users/${user.id}/calendars/${calendar.id}/events?$top=100`);
    for (const event of events.value) found.set(event.id, event);
  }
  return found;
}
