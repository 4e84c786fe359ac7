import type { Organisation } from './organisation.ts';

/** Words of a test about people and groups of the tenant, who are small enough to be crawled in a moment. */
export interface SmallTenant {
  /** Makes a user with a mailbox of two messages; gives its address. */
  person(name: string, fields?: object): Promise<string>;
  /** Makes a distribution list, unless `fields` say another kind; gives its address. */
  group(name: string, members: readonly string[], fields?: object): Promise<string>;
  members(group: string, change: { add?: readonly string[]; remove?: readonly string[] }): Promise<void>;
  /** Takes permissions from the app, or gives it some, and lets time pass until no token of before is valid. */
  permissions(change: { without?: readonly string[]; with?: readonly string[] }): Promise<void>;
}

const twoHoursMs = 7_200_000;

export function smallTenant({ tenant, emulator }: Organisation): SmallTenant {
  let granted: string[] | null = null;
  return {
    async person(name, fields = {}) {
      const address = `${name}@contoso.example`;
      const { id } = await tenant.control<{ id: string }>('POST', '/users', { upn: address, displayName: name, ...fields });
      if ('class' in fields) return address;
      for (const subject of ['First', 'Second']) await tenant.control('POST', `/mailboxes/${id}/messages`, { subject, body: `To ${name}` });
      return address;
    },
    async group(name, members, fields = {}) {
      const mail = `${name}@contoso.example`;
      await tenant.control('POST', '/groups', { displayName: name, kind: 'distribution', mail, members, ...fields });
      return mail;
    },
    async members(group, change) {
      await tenant.control('POST', `/groups/${group}/members`, change);
    },
    async permissions({ without = [], with: more = [] }) {
      const { clientId } = emulator.answer;
      const { apps } = await tenant.control<{ apps: { clientId: string; roles: string[] }[] }>('GET', '/apps');
      granted ??= apps.find((app) => app.clientId === clientId)!.roles;
      const roles = [...granted, ...more].filter((role) => !without.includes(role));
      await tenant.control('PATCH', `/apps/${clientId}`, { roles });
      await tenant.control('POST', '/clock', { advanceMs: twoHoursMs });
    },
  };
}
