import { expect, test } from 'vitest';
import { sampleGroupId } from '../contract/security-group.ts';
import { SettingsError } from '../settings/read-environment.ts';
import { readSettings } from './settings.ts';

const least = {
  MONGODB_URI: 'mongodb://127.0.0.1:27017/?replicaSet=rs0',
  TRAWL_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
};

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

test('two variables are enough, the rest has defaults', () => {
  expect(readSettings(least)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    databaseName: 'trawl',
    firstKeyFile: null,
    firstKeyGroups: [sampleGroupId],
    customEndpoints: [],
    corsOrigins: [],
    temporalUiUrl: null,
    logLevel: 'info',
    logFormat: 'json',
    auditDays: 365,
    requestsPerMinute: 1200,
    temporal: { namespace: 'default' },
  });
});

test('lists and addresses are read as they are meant', () => {
  const settings = readSettings({
    ...least,
    TRAWL_CUSTOM_ENDPOINTS: ' https://127.0.0.1:8443/ ,https://graph.example',
    TRAWL_FIRST_KEY_GROUPS: '2C1C2F0E-8a3f-4c57-9f62-6f8f5c1f4d10, 5e2b6a1c-0b4e-4f6a-8c6f-0f3f0f6f7a22',
    TRAWL_CORS_ORIGINS: 'https://trawl.example, http://localhost:5173/',
    TRAWL_TEMPORAL_UI_URL: 'http://127.0.0.1:8233/',
    TEMPORAL_ADDRESS: 'temporal:7233',
    TEMPORAL_NAMESPACE: 'crawls',
    TRAWL_API_PORT: ' ',
  });
  expect(settings).toMatchObject({
    customEndpoints: ['https://127.0.0.1:8443', 'https://graph.example'],
    firstKeyGroups: ['2c1c2f0e-8a3f-4c57-9f62-6f8f5c1f4d10', '5e2b6a1c-0b4e-4f6a-8c6f-0f3f0f6f7a22'],
    corsOrigins: ['https://trawl.example', 'http://localhost:5173'],
    temporalUiUrl: 'http://127.0.0.1:8233',
    port: 8080,
    temporal: { namespace: 'crawls', connectionOptions: { address: 'temporal:7233' } },
  });
});

test('every problem is told at once, by the name of its variable', () => {
  const problems = problemsOf({ ...least, MONGODB_URI: 'x', TRAWL_API_PORT: '-1', TRAWL_LOG_FORMAT: 'xml', TRAWL_TEMPORAL_UI_URL: 'ui' });
  expect(problems.map((problem) => problem.split(' ')[0]).toSorted()).toEqual([
    'MONGODB_URI',
    'TRAWL_API_PORT',
    'TRAWL_LOG_FORMAT',
    'TRAWL_TEMPORAL_UI_URL',
  ]);
});

test.each(['*', 'https://*.example', 'null', 'trawl.example', 'https://trawl.example/page', 'https://user@trawl.example', 'file:///x'])(
  'the page origin %s is refused',
  (origin) => {
    expect(problemsOf({ ...least, TRAWL_CORS_ORIGINS: origin })).toHaveLength(1);
  },
);

test('a group that is no object id of Entra is refused', () => {
  expect(problemsOf({ ...least, TRAWL_FIRST_KEY_GROUPS: 'readers' })[0]).toContain('object ids of groups in Entra');
});

test.each(['http://graph.example', 'https://graph.example/path', 'https://user@graph.example', 'graph.example', '*'])(
  'the custom endpoint %s is refused',
  (origin) => {
    expect(problemsOf({ ...least, TRAWL_CUSTOM_ENDPOINTS: origin })).toHaveLength(1);
  },
);

const oidc = { TRAWL_OIDC_TENANT_ID: '2C1C2F0E-8a3f-4c57-9f62-6f8f5c1f4d10', TRAWL_OIDC_CLIENT_ID: '5e2b6a1c-0b4e-4f6a-8c6f-0f3f0f6f7a22' };

test('nobody signs in through Entra unless tenant and client are named', () => {
  expect(readSettings(least).signIn).toBeNull();
  expect(readSettings({ ...least, ...oidc }).signIn).toEqual({
    tenantId: '2c1c2f0e-8a3f-4c57-9f62-6f8f5c1f4d10',
    clientId: '5e2b6a1c-0b4e-4f6a-8c6f-0f3f0f6f7a22',
    authority: 'https://login.microsoftonline.com',
    roles: { admin: 'Trawl.Admin', operator: 'Trawl.Operator', reader: 'Trawl.Reader' },
    groupsCredentialId: null,
  });
});

test.each([
  ['half of it', { TRAWL_OIDC_TENANT_ID: oidc.TRAWL_OIDC_TENANT_ID }, 'belong together'],
  ['a tenant by its name', { ...oidc, TRAWL_OIDC_TENANT_ID: 'contoso.onmicrosoft.com' }, 'TRAWL_OIDC_TENANT_ID'],
  ['an authority without TLS', { ...oidc, TRAWL_OIDC_AUTHORITY: 'http://login.example' }, 'TRAWL_OIDC_AUTHORITY'],
  ['an authority with a path', { ...oidc, TRAWL_OIDC_AUTHORITY: 'https://login.example/common' }, 'TRAWL_OIDC_AUTHORITY'],
  ['two roles of one name', { ...oidc, TRAWL_OIDC_READER_ROLE: 'Trawl.Admin' }, 'three different names'],
  ['a credential by its name', { ...oidc, TRAWL_OIDC_GROUPS_CREDENTIAL: 'Contoso' }, 'TRAWL_OIDC_GROUPS_CREDENTIAL'],
])('%s of the sign-in is refused', (_what, environment, words) => {
  const problems = problemsOf({ ...least, ...environment });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(words);
});
