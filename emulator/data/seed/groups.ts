import type { Device, Group, OrgContact } from '../directory-model.ts';
import type { User } from '../model.ts';
import { uuidOf } from '../random.ts';

interface SeedDirectory {
  readonly groups: readonly Group[];
  readonly contacts: readonly OrgContact[];
  readonly devices: readonly Device[];
}

const CREATED_MS = Date.UTC(2023, 0, 10, 9);
const FIRMS = ['Northwind Traders', 'Fabrikam', 'Adventure Works', 'Wingtip Toys'] as const;
const NAMES = [
  ['Nicole', 'Wagner'],
  ['Jonas', 'Keller'],
  ['Marta', 'Silva'],
  ['Erik', 'Lund'],
] as const;

/** Groups of all five kinds over the seed's users: nested, in a loop, dynamic, hidden, with guests and contacts within. */
export function seedDirectory(options: { tenantId: string; domains: readonly string[]; users: readonly User[] }): SeedDirectory {
  const { tenantId, users } = options;
  const domain = options.domains[0]!;
  const idOf = (name: string) => uuidOf(`${tenantId}:group:${name}`);
  const contacts = seedContacts(tenantId);
  const devices = ['DESK-0001', 'DESK-0002'].map((name): Device => ({
    ...{ id: uuidOf(`${tenantId}:device:${name}`), displayName: name, operatingSystem: 'Windows' },
  }));
  const people = users.filter((user) => user.class === 'user');
  const ids = (list: readonly User[]) => list.map(({ id }) => id);
  const guests = ids(users.filter((user) => user.class === 'guest').slice(0, 20));
  const owner = people.slice(0, 1).map(({ id }) => id);
  const make = (name: string, parts: Partial<Group> & Pick<Group, 'kind'>): Group => {
    const hasMail = parts.kind !== 'security' && parts.kind !== 'dynamic';
    const mail = hasMail ? `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}@${domain}` : null;
    const base = { id: idOf(name), displayName: name, description: `${name} of Contoso`, mail, memberIds: [], ownerIds: owner };
    return { ...base, hidden: false, membershipRule: null, createdMs: CREATED_MS, ...parts };
  };
  const departments = [...new Set(people.flatMap(({ department }) => department ?? []))].toSorted();
  const teams = departments.map((department) =>
    make(`${department} Team`, { kind: 'microsoft365', memberIds: ids(people.filter((user) => user.department === department)) }),
  );
  const groups = [
    ...teams,
    make('All Employees', { kind: 'dynamic', membershipRule: '(user.userType -eq "Member") -and (user.accountEnabled -eq true)' }),
    make('Dynamic Sales', { kind: 'microsoft365', membershipRule: 'user.department -eq "Sales"' }),
    make('All Staff', { kind: 'distribution', memberIds: [...teams.map(({ id }) => id), ...contacts.slice(0, 2).map(({ id }) => id)] }),
    make('Partners', {
      kind: 'security',
      memberIds: [...guests, ...contacts.map(({ id }) => id), ...devices.slice(0, 1).map(({ id }) => id)],
    }),
    make('Circle North', { kind: 'security', memberIds: [...ids(people.slice(0, 2)), idOf('Circle South')] }),
    make('Circle South', { kind: 'security', memberIds: [...ids(people.slice(2, 4)), idOf('Circle North'), idOf('Partners')] }),
    make('Approvers', { kind: 'mailEnabledSecurity', memberIds: [...ids(people.slice(1, 5)), idOf('Circle North')] }),
    make('Works Council', { kind: 'microsoft365', hidden: true, memberIds: ids(people.slice(0, 3)) }),
  ];
  return { groups, contacts, devices };
}

function seedContacts(tenantId: string): OrgContact[] {
  return NAMES.map(([givenName, surname], index): OrgContact => {
    const companyName = FIRMS[index]!;
    const mail = `${givenName}.${surname}@${companyName.toLowerCase().replaceAll(' ', '')}.example`.toLowerCase();
    const address = {
      city: 'Utrecht',
      countryOrRegion: 'NL',
      officeLocation: '1.1',
      postalCode: '3511',
      state: 'Utrecht',
      street: 'Oudegracht 1',
    };
    const extra = { addresses: [address], department: 'Purchasing', phones: [{ type: 'business', number: `+31 30 555 010${index}` }] };
    return {
      id: uuidOf(`${tenantId}:contact:${mail}`),
      displayName: `${givenName} ${surname}`,
      mail,
      givenName,
      surname,
      companyName,
      extra,
    };
  });
}
