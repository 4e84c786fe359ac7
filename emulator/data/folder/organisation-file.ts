import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { MailboxPolicy } from '../policy-state.ts';
import type { AppRegistration, MailboxClass, Person, Tenant, User } from '../model.ts';
import { uuidOf } from '../random.ts';
import { directoryOfFile, type DirectoryOfFile, type RawContact, type RawGroup } from './directory-file.ts';
import { appOf, certificateProblems, type RawApp } from './app-registration-file.ts';
import { doubleNames, schemaProblem } from './organisation-problems.ts';
import { READER_ROLES } from '../seed/organisation.ts';
import { policiesOf, type RawPolicy } from './policies.ts';

export interface Share {
  readonly owner: string;
  readonly calendar: string;
  readonly with: readonly string[];
  /** Accepted (default), or shared in the old style: listed, and an error when it is read. */
  readonly kind?: 'accepted' | 'oldStyle';
  readonly canEdit?: boolean;
}

/** An .ics file of the mailbox that stands for a calendar of the internet. */
export interface SubscribedCalendar {
  readonly mailbox: string;
  readonly calendar: string;
  /** Whom Exchange names as its owner: the user (default) or nobody. */
  readonly owner?: 'self' | 'none';
}

export interface OrganisationFile {
  readonly tenant: Tenant;
  readonly apps: readonly AppRegistration[];
  readonly users: readonly User[];
  readonly shares: readonly Share[];
  readonly subscribedCalendars: readonly SubscribedCalendar[];
  readonly policies: readonly MailboxPolicy[];
  readonly directory: DirectoryOfFile;
  readonly groupConversations: readonly RawConversation[];
}

export interface RawConversation {
  readonly group: string;
  readonly topic: string;
  readonly posts: readonly {
    readonly from: Person;
    readonly body?: string;
    readonly contentType?: 'html' | 'text';
    readonly received?: string;
  }[];
}

interface RawFile {
  readonly tenant: { readonly id?: string; readonly name: string; readonly domains: readonly string[] };
  readonly apps?: readonly (RawApp & { clientId: string })[];
  readonly users: readonly RawUser[];
  readonly groups?: readonly RawGroup[];
  readonly contacts?: readonly RawContact[];
  readonly shares?: readonly Share[];
  readonly policies?: readonly RawPolicy[];
  readonly groupConversations?: readonly RawConversation[];
  readonly subscribedCalendars?: readonly SubscribedCalendar[];
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
  readonly archive?: boolean;
  readonly givenName?: string;
  readonly surname?: string;
  readonly department?: string;
  readonly jobTitle?: string;
  readonly officeLocation?: string;
  readonly manager?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Reads and checks organisation.json. Throws one error that names every wrong field. */
export function readOrganisationFile(folder: string): OrganisationFile {
  const file = join(folder, 'organisation.json');
  if (!existsSync(file))
    throw new Error(`The organisation's folder ${folder} has no organisation.json; emulator/README.md shows its layout`);
  const raw = parse(file);
  const tenantId = (raw.tenant.id ?? uuidOf(`tenant:${raw.tenant.domains[0]!.toLowerCase()}`)).toLowerCase();
  const domains = raw.tenant.domains.map((domain) => domain.toLowerCase());
  const users = withManagers(
    raw.users,
    raw.users.map((user) => userOf(user, tenantId)),
  );
  return {
    tenant: { id: tenantId, name: raw.tenant.name, domains },
    apps: appsOf(raw, tenantId),
    users,
    shares: raw.shares ?? [],
    policies: policiesOf(raw.policies ?? [], tenantId),
    directory: directoryOfFile({ tenantId, users, groups: raw.groups ?? [], contacts: raw.contacts ?? [] }),
    groupConversations: raw.groupConversations ?? [],
    subscribedCalendars: raw.subscribedCalendars ?? [],
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
  const raw = value as RawFile;
  const problems = check(value) ? [...doubleNames(raw), ...certificatesOf(raw)] : (check.errors ?? []).map(schemaProblem);
  if (problems.length === 0) return raw;
  throw new Error(`${file} is not an organisation: ${problems.join('; ')}`);
}

function certificatesOf({ apps = [] }: RawFile): string[] {
  return apps.flatMap((app, at) =>
    certificateProblems(app.certificates ?? []).map(({ index, problem }) => `/apps/${at}/certificates/${index} ${problem}`),
  );
}

/** Without any app the organisation gets one that may read everything, named by the tenant. */
function appsOf(raw: RawFile, tenantId: string): AppRegistration[] {
  const given = raw.apps ?? [];
  if (given.length === 0) {
    const clientId = uuidOf(`app:${tenantId}`);
    const secrets = [{ value: `seed~${uuidOf(`secret:${tenantId}`).replaceAll('-', '')}` }];
    return [{ clientId, objectId: uuidOf(`servicePrincipal:${clientId}`), name: 'Mail reader', secrets, roles: READER_ROLES }];
  }
  return given.map(({ clientId, ...app }) => appOf(clientId, { ...app, roles: app.roles ?? READER_ROLES }));
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
    ...(raw.archive === undefined ? {} : { archive: raw.archive }),
    ...{ givenName: raw.givenName ?? null, surname: raw.surname ?? null, class: raw.class ?? 'user', country: raw.country ?? null },
    ...{ department: raw.department ?? null, jobTitle: raw.jobTitle ?? null, officeLocation: raw.officeLocation ?? null },
    ...{ language: raw.language ?? 'en', ...(raw.properties === undefined ? {} : { extra: raw.properties }) },
  };
}

function withManagers(raw: readonly RawUser[], users: readonly User[]): User[] {
  const ids = new Map(users.map((user) => [user.upn, user.id]));
  return users.map((user, index) => {
    const managerId = ids.get(raw[index]!.manager?.toLowerCase() ?? '');
    return managerId === undefined ? user : { ...user, managerId };
  });
}
