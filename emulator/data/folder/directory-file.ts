import type { Group, GroupKind, OrgContact } from '../directory-model.ts';
import { parseMembershipRule } from '../membership-rule.ts';
import type { LoadProblem, User } from '../model.ts';
import { uuidOf } from '../random.ts';

export interface RawGroup {
  readonly id?: string;
  readonly mail?: string | null;
  readonly displayName: string;
  readonly description?: string;
  readonly kind: GroupKind;
  readonly members?: readonly string[];
  readonly owners?: readonly string[];
  readonly hidden?: boolean;
  readonly membershipRule?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface RawContact {
  readonly id?: string;
  readonly mail: string;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly companyName?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface DirectoryOfFile {
  readonly groups: readonly Group[];
  readonly contacts: readonly OrgContact[];
  readonly problems: readonly LoadProblem[];
}

const CREATED_MS = Date.UTC(2023, 0, 10, 9);

/** Groups and contacts of organisation.json. Members that nobody is, and rules that are none, are named and left out. */
export function directoryOfFile(file: {
  tenantId: string;
  users: readonly User[];
  groups: readonly RawGroup[];
  contacts: readonly RawContact[];
}): DirectoryOfFile {
  const { tenantId } = file;
  const problems: LoadProblem[] = [];
  const contacts = file.contacts.map((raw): OrgContact => ({
    ...{ id: (raw.id ?? uuidOf(`${tenantId}:contact:${raw.mail.toLowerCase()}`)).toLowerCase(), mail: raw.mail },
    ...{ displayName: raw.displayName ?? raw.mail, givenName: raw.givenName ?? null, surname: raw.surname ?? null },
    ...{ companyName: raw.companyName ?? null, ...(raw.properties === undefined ? {} : { extra: raw.properties }) },
  }));
  const groupId = (raw: RawGroup) => (raw.id ?? uuidOf(`${tenantId}:group:${raw.displayName}`)).toLowerCase();
  const ids = new Map<string, string>();
  for (const raw of file.groups)
    for (const name of [groupId(raw), raw.displayName, raw.mail]) if (name) ids.set(name.toLowerCase(), groupId(raw));
  for (const contact of contacts) for (const name of [contact.id, contact.mail]) ids.set(name.toLowerCase(), contact.id);
  for (const user of file.users) {
    for (const name of [user.id, user.upn, user.mail, ...user.aliases]) if (name) ids.set(name.toLowerCase(), user.id);
  }
  const resolve = (names: readonly string[] | undefined, field: string) =>
    (names ?? []).flatMap((name, index) => {
      const id = ids.get(name.toLowerCase());
      if (id !== undefined) return id;
      problems.push({
        file: 'organisation.json',
        field: `${field}/${index}`,
        problem: 'nobody and nothing has this name',
        outcome: 'left out',
      });
      return [];
    });
  const groups = file.groups.map((raw, index): Group => {
    const field = `/groups/${index}`;
    return {
      ...{ id: groupId(raw), kind: raw.kind, displayName: raw.displayName, description: raw.description ?? null, mail: raw.mail ?? null },
      ...{ memberIds: resolve(raw.members, `${field}/members`), ownerIds: resolve(raw.owners, `${field}/owners`) },
      ...{ hidden: raw.hidden ?? false, membershipRule: ruleOf(raw, { field, problems }), createdMs: CREATED_MS },
      ...(raw.properties === undefined ? {} : { extra: raw.properties }),
    };
  });
  return { groups, contacts, problems };
}

function ruleOf(raw: RawGroup, at: { field: string; problems: LoadProblem[] }): string | null {
  const rule = raw.membershipRule ?? null;
  if (rule === null) return null;
  try {
    parseMembershipRule(rule);
    return rule;
  } catch (error) {
    at.problems.push({
      file: 'organisation.json',
      field: `${at.field}/membershipRule`,
      problem: (error as Error).message,
      outcome: 'left out',
    });
    return null;
  }
}
