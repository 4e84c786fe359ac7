import { randomOf, type Random } from '../../emulator/data/random.ts';

export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

export interface FuzzSpace {
  readonly routes: readonly { readonly method: string; readonly template: string }[];
  /** Ids and names that exist, by the parameter that they fit. */
  readonly known: Readonly<Record<string, readonly string[]>>;
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'SEARCH'];
const OPTIONS = [
  '$top',
  '$skip',
  '$select',
  '$filter',
  '$orderby',
  '$expand',
  '$count',
  '$search',
  '$skiptoken',
  '$deltatoken',
  'startDateTime',
  'endDateTime',
  'includeHiddenFolders',
  'changeType',
  'token',
  '%24top',
  '$format',
  'x',
];
const TEXTS = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '1e9',
    '999',
    '1000000000000000000000',
    'NaN',
    'true',
    'null',
    'id',
    'subject',
    'displayName,mail',
    '*',
    '__proto__',
    'constructor',
  ],
  ...[
    'receivedDateTime ge 2026-01-01T00:00:00Z',
    "startswith(displayName,'a')",
    "mail eq 'x''y'",
    'a/b/c',
    "contains(subject,'",
    '((((((',
    'not not not id',
    "id in ('a','b')",
  ],
  ...[
    'attachments',
    'members($select=id)',
    "singleValueExtendedProperties($filter=id eq 'String 0x1')",
    'receivedDateTime desc',
    'desc',
    '2026-11-01T00:00:00',
    '0001-01-01',
    '9999-12-31T23:59:59Z',
    '275760-09-14',
    '2026-13-45',
  ],
  ...[
    '\u0000',
    '\uFFFF',
    '😀',
    '\r\nX: y',
    '%',
    '%zz',
    '..',
    '../..',
    "'",
    "''",
    '"',
    '\\',
    '<script>',
    'a'.repeat(3_000),
    'MBX:x@y',
    '"a" AND "b"',
    'AAMkAG==',
    'eyJhIjoxfQ',
  ],
];
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  [],
  {},
  [null],
  { '@odata.type': '#microsoft.graph.message' },
  { contentType: 'html', content: 7 },
  'a'.repeat(2_000),
  { emailAddress: { address: 1 } },
  [[[[[[]]]]]],
];
const NAMES = [
  'id',
  'subject',
  'body',
  'toRecipients',
  'from',
  'start',
  'end',
  'displayName',
  'isRead',
  'parentFolderId',
  'destinationId',
  'requests',
  'ids',
  'inputIds',
  'sourceIdType',
  'targetIdType',
  'resource',
  'changeType',
  'notificationUrl',
  'expirationDateTime',
  'recurrence',
  'attachments',
  'contentBytes',
  '@odata.type',
  '__proto__',
  'members@odata.bind',
  'AttachmentItem',
  'Message',
  'message',
  'comment',
  'types',
];
const HEADERS: readonly (readonly [string, string])[] = [
  ['prefer', 'IdType="ImmutableId", odata.maxpagesize=2'],
  ['prefer', 'odata.maxpagesize=-1, outlook.timezone="Nowhere/Land"'],
  ['prefer', '"""===;;,,'],
  ['prefer', 'outlook.body-content-type="text", outlook.timezone="W. Europe Standard Time"'],
  ['consistencylevel', 'eventual'],
  ['if-match', '*'],
  ['if-match', 'W/"x"'],
  ['range', 'bytes=5-1'],
  ['content-range', 'bytes 0-1/99999999999999'],
  ['accept', 'application/xml'],
  ['accept-language', 'xx-YY;q=9'],
  ['client-request-id', 'ä'.repeat(20)],
  ['content-type', 'text/plain'],
  ['content-type', 'multipart/mixed'],
  ['x-anchormailbox', "'; --"],
];

/** The same seed and number give the same request. */
export function fuzzedRequest(space: FuzzSpace, of: { seed: string; number: number }): FuzzedRequest {
  const random = randomOf('fuzz', of.seed, of.number);
  if (random.chance(0.06)) return entraRequest(space, random);
  const route = random.pick(space.routes);
  const method = random.chance(0.75) ? route.method : random.pick(METHODS);
  const path = `/${random.chance(0.9) ? 'v1.0' : random.pick(['beta', 'v2.0', 'V1.0'])}${pathOf(route.template, space, random)}${queryOf(random)}`;
  const isWrite = !['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method);
  const headers: Record<string, string> = isWrite ? { 'content-type': 'application/json' } : {};
  for (let left = random.below(3); left > 0; left--) {
    const [name, value] = random.pick(HEADERS);
    headers[name] = Buffer.from(value, 'utf8').toString('latin1');
  }
  return { method, path, headers, body: isWrite ? bodyOf(random) : undefined };
}

const ENTRA_PLACES = [
  ...[
    'oauth2/v2.0/token',
    'oauth2/v2.0/token',
    'oauth2/token',
    'oauth2/v2.0/authorize',
    'oauth2/authorize',
    'oauth2/v2.0/logout',
    'oauth2/v2.0/devicecode',
  ],
  ...[
    'v2.0/.well-known/openid-configuration',
    '.well-known/openid-configuration',
    'discovery/v2.0/keys',
    'discovery/keys',
    'discovery/instance',
    'adminconsent',
    'login',
    'kmsi',
  ],
];
const FORM_NAMES = [
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'client_assertion',
  'client_assertion_type',
  'code',
  'code_verifier',
  'code_challenge',
  'code_challenge_method',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'nonce',
  'refresh_token',
  'resource',
  'prompt',
  'login_hint',
];
const FORM_VALUES = [
  'client_credentials',
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  'https://graph.microsoft.com/.default',
  'openid profile',
  'code',
  'form_post',
  'S256',
  'http://localhost/x',
  'a.b.c',
  'eyJhbGciOiJub25lIn0.e30.',
  'e30.e30.e30',
];

/** Requests to Entra's endpoints, by forms and queries. */
function entraRequest(space: FuzzSpace, random: Random): FuzzedRequest {
  const tenant = random.pick([...(space.known['tenant'] ?? []), 'common', 'organizations', '%', '..', encode(random.pick(TEXTS), random)]);
  const fields = Array.from(
    { length: random.below(7) },
    () => `${random.pick(FORM_NAMES)}=${encode(random.chance(0.7) ? random.pick(FORM_VALUES) : random.pick(TEXTS), random)}`,
  );
  const known = random.chance(0.6) ? [`client_id=${random.pick(space.known['app'] ?? ['x'])}`, 'grant_type=client_credentials'] : [];
  const form = [...known, ...fields].join('&');
  const method = random.pick(['GET', 'POST', 'POST', 'PUT']);
  const place = `/${tenant}/${random.pick(ENTRA_PLACES)}`;
  if (method === 'GET') return { method, path: `${place}?${form}`, headers: {}, body: undefined };
  const type = random.pick(['application/x-www-form-urlencoded', 'application/json', 'text/plain']);
  return { method, path: place, headers: { 'content-type': type }, body: random.chance(0.95) ? form : Buffer.from(form, 'utf16le') };
}

function pathOf(template: string, space: FuzzSpace, random: Random): string {
  const segments = template.split('/').map((segment) => {
    const name = /^\{(.*)\}$/.exec(segment)?.[1];
    if (name === undefined)
      return random.chance(0.97) ? segment : random.pick([segment.toUpperCase(), `${segment}()`, encode(random.pick(TEXTS), random), '']);
    const known = space.known[name] ?? [];
    return encode(known.length > 0 && random.chance(0.8) ? random.pick(known) : random.pick(TEXTS), random);
  });
  if (random.chance(0.05)) segments.push(random.pick(['$count', '$value', '$ref', 'delta', '..', '', '$metadata', 'microsoft.graph.user']));
  return segments.join('/');
}

function queryOf(random: Random): string {
  const parts = Array.from({ length: random.below(4) }, () => `${random.pick(OPTIONS)}=${encode(random.pick(TEXTS), random)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Mostly as it should be; now and then raw, as far as a request line can hold it. */
function encode(text: string, random: Random): string {
  return random.chance(0.95) ? encodeURIComponent(text.replaceAll(/[\uD800-\uDFFF]/g, '')) : text.replaceAll(/[^!-~]/g, '');
}

function bodyOf(random: Random): string | Buffer {
  const kind = random.below(10);
  if (kind === 0) return random.pick(['', '{', '[', 'null', '\uFEFF{}', '['.repeat(10_000), '{"a":'.repeat(5_000)]);
  if (kind === 1) return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  return JSON.stringify(objectOf(random, 0));
}

function objectOf(random: Random, depth: number): unknown {
  const entries = Array.from(
    { length: random.below(6) },
    () => [random.pick(NAMES), depth < 3 && random.chance(0.4) ? objectOf(random, depth + 1) : random.pick(VALUES)] as const,
  );
  const made = Object.fromEntries(entries);
  return random.chance(0.15) ? [made, random.pick(VALUES)] : made;
}
