import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { AppRegistration, MailboxClass, Tenant, User } from '../model.ts';
import { uuidOf } from '../random.ts';
import { doubleNames, schemaProblem } from './organisation-problems.ts';
import { READER_ROLES } from '../seed/organisation.ts';

export interface Share {
  readonly owner: string;
  readonly calendar: string;
  readonly with: readonly string[];
}

export interface OrganisationFile {
  readonly tenant: Tenant;
  readonly apps: readonly AppRegistration[];
  readonly users: readonly User[];
  readonly shares: readonly Share[];
}

interface RawFile {
  readonly tenant: { readonly id?: string; readonly name: string; readonly domains: readonly string[] };
  readonly apps?: readonly {
    clientId: string;
    name?: string;
    secrets?: readonly (string | { value: string; expires?: string })[];
    roles?: readonly string[];
  }[];
  readonly users: readonly RawUser[];
  readonly shares?: readonly Share[];
}

interface RawUser {
  readonly id?: string;
  readonly upn: string;
  readonly mail?: string | null;
  readonly aliases?: readonly string[];
  readonly displayName?: string;
  readonly class?: MailboxClass;
  readonly country?: string;
  readonly language?: string;
}

/** Reads and checks organisation.json. Throws one error that names every wrong field. */
export function readOrganisationFile(folder: string): OrganisationFile {
  const file = join(folder, 'organisation.json');
  if (!existsSync(file))
    throw new Error(`The organisation's folder ${folder} has no organisation.json; emulator/README.md shows its layout`);
  const raw = parse(file);
  const tenantId = (raw.tenant.id ?? uuidOf(`tenant:${raw.tenant.domains[0]!.toLowerCase()}`)).toLowerCase();
  const domains = raw.tenant.domains.map((domain) => domain.toLowerCase());
  return {
    tenant: { id: tenantId, name: raw.tenant.name, domains },
    apps: appsOf(raw, tenantId),
    users: raw.users.map((user) => userOf(user, tenantId)),
    shares: raw.shares ?? [],
  };
}

function parse(file: string): RawFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'organisation.schema.json'), 'utf8')) as object;
  const check = ajv.compile(schema);
  const problems = check(value) ? doubleNames(value as RawFile) : (check.errors ?? []).map(schemaProblem);
  if (problems.length === 0) return value as RawFile;
  throw new Error(`${file} is not an organisation: ${problems.join('; ')}`);
}

/** Without any app the organisation gets one that may read everything, named by the tenant. */
function appsOf(raw: RawFile, tenantId: string): AppRegistration[] {
  const given = raw.apps ?? [];
  if (given.length === 0) {
    const clientId = uuidOf(`app:${tenantId}`);
    const secrets = [{ value: `seed~${uuidOf(`secret:${tenantId}`).replaceAll('-', '')}` }];
    return [{ clientId, objectId: uuidOf(`servicePrincipal:${clientId}`), name: 'Mail reader', secrets, roles: READER_ROLES }];
  }
  return given.map((app) => ({
    clientId: app.clientId.toLowerCase(),
    objectId: uuidOf(`servicePrincipal:${app.clientId}`),
    name: app.name ?? 'App',
    secrets: (app.secrets ?? []).map((secret) => (typeof secret === 'string' ? { value: secret } : withExpiry(secret))),
    roles: app.roles ?? READER_ROLES,
  }));
}

function withExpiry(secret: { value: string; expires?: string }): { value: string; expiresMs?: number } {
  return secret.expires === undefined ? { value: secret.value } : { value: secret.value, expiresMs: Date.parse(secret.expires) };
}

function userOf(raw: RawUser, tenantId: string): User {
  const upn = raw.upn.toLowerCase();
  const displayName = raw.displayName ?? upn.split('@')[0]!;
  return {
    ...{
      id: (raw.id ?? uuidOf(`${tenantId}:${upn}`)).toLowerCase(),
      upn,
      mail: raw.mail === undefined ? upn : raw.mail,
      aliases: raw.aliases ?? [],
      displayName,
    },
    ...{ givenName: null, surname: null, class: raw.class ?? 'user', country: raw.country ?? null, department: null, jobTitle: null },
    ...{ officeLocation: null, language: raw.language ?? 'en' },
  };
}
