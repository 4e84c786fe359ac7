import { faker as de } from '@faker-js/faker/locale/de';
import { faker as en } from '@faker-js/faker/locale/en';
import { faker as es } from '@faker-js/faker/locale/es';
import { faker as fr } from '@faker-js/faker/locale/fr';
import { faker as nl } from '@faker-js/faker/locale/nl';
import { randomOf, uuidOf } from '../random.ts';
import type { MailboxClass, User } from '../model.ts';

interface NameBank {
  readonly country: string;
  readonly language: string;
  readonly first: readonly string[];
  readonly last: readonly string[];
}

type Names = Readonly<Record<string, readonly string[] | undefined>> | readonly string[] | undefined;

function namesOf(names: Names): readonly string[] {
  if (!names) return [];
  return Array.isArray(names) ? names : Object.values(names as Record<string, string[]>).flatMap((list) => list ?? []);
}

function bankOf(faker: typeof en, country: string, language: string): NameBank {
  const person = faker.rawDefinitions.person;
  const plain = (name: string) => /^[\p{L}'’ -]+$/u.test(name) && !name.includes('{{');
  const banks = { first: namesOf(person?.first_name as Names).filter(plain), last: namesOf(person?.last_name as Names).filter(plain) };
  return { country, language, ...banks };
}

// Only the word banks are faker's: one draw per person must not depend on how many persons came before.
const BANKS: readonly NameBank[] = [
  bankOf(en, 'GB', 'en'),
  bankOf(en, 'US', 'en'),
  bankOf(de, 'DE', 'de'),
  bankOf(fr, 'FR', 'fr'),
  bankOf(es, 'ES', 'es'),
  bankOf(nl, 'NL', 'nl'),
];

const DEPARTMENTS = [
  'Finance',
  'Legal',
  'Engineering',
  'Sales',
  'Human Resources',
  'Marketing',
  'Operations',
  'Procurement',
  'Research',
  'IT',
] as const;
const TITLES = ['Analyst', 'Manager', 'Specialist', 'Director', 'Coordinator', 'Lead', 'Advisor', 'Assistant'] as const;
const SHARED = ['Info', 'Invoices', 'Careers', 'Support', 'Press', 'Privacy Requests', 'Facilities', 'Events'] as const;
const ROOMS = ['Boardroom', 'Lighthouse', 'Harbour', 'Library', 'Observatory', 'Workshop'] as const;

export interface SeedPeople {
  readonly seed: string;
  readonly tenantId: string;
  readonly domains: readonly string[];
  /** Mailboxes, shared ones and rooms included. */
  readonly mailboxes: number;
}

/** The class of the n-th mailbox: every twelfth is shared, every sixteenth a room, from the eighth on. */
function classOf(index: number): MailboxClass {
  if (index % 12 === 8) return 'shared';
  if (index % 16 === 10) return 'room';
  return 'user';
}

/** All users: the mailboxes first, then those who have none (guests, unlicensed, still on premises). */
export function seedUsers(options: SeedPeople): User[] {
  const taken = new Set<string>();
  const users = Array.from({ length: options.mailboxes }, (_, index) => seedUser(options, { index, userClass: classOf(index), taken }));
  const without: MailboxClass[] = ['guest', 'unlicensed', 'onPremises'];
  const extra = Math.max(without.length, Math.floor(options.mailboxes / 8));
  for (let index = 0; index < extra; index++) {
    users.push(seedUser(options, { index: options.mailboxes + index, userClass: without[index % without.length]!, taken }));
  }
  return withManagers(users);
}

/** A tree in which everybody has at most eight reports. */
function withManagers(users: readonly User[]): User[] {
  const people = users.filter((user) => user.class === 'user');
  const managers = new Map(people.map((user, index) => [user.id, people[Math.floor((index - 1) / 8)]]));
  return users.map((user) => {
    const manager = managers.get(user.id);
    return manager === undefined ? user : { ...user, managerId: manager.id };
  });
}

function seedUser(options: SeedPeople, which: { index: number; userClass: MailboxClass; taken: Set<string> }): User {
  const random = randomOf(options.seed, 'user', which.index);
  const domain = random.chance(0.75) ? options.domains[0]! : random.pick(options.domains.slice(0, -1));
  if (which.userClass === 'shared' || which.userClass === 'room') return resourceUser(options, { ...which, domain });
  const bank = random.pick(BANKS);
  const givenName = random.pick(bank.first);
  const surname = random.pick(bank.last);
  const local = uniqueName(`${addressPart(givenName)}.${addressPart(surname)}`, which.taken);
  const person = { displayName: `${givenName} ${surname}`, givenName, surname, country: bank.country, language: bank.language };
  const work = {
    department: random.pick(DEPARTMENTS),
    jobTitle: random.pick(TITLES),
    officeLocation: `${random.below(6) + 1}.${random.below(40) + 1}`,
  };
  const id = uuidOf(`${options.tenantId}:user:${local}`);
  if (which.userClass === 'guest') {
    const mail = `${local}@partner.example`;
    const upn = `${mail.replace('@', '_')}#EXT#@${options.domains.at(-1)!}`;
    return { id, upn, mail, aliases: [], class: 'guest', ...person, department: null, jobTitle: null, officeLocation: null };
  }
  const mail = `${local}@${domain}`;
  // A stream of its own, so that nobody else changes by it.
  const archive = randomOf(options.seed, 'archive', which.index).chance(0.2) ? { archive: true } : {};
  const aliases = random.chance(0.3)
    ? [`${addressPart(givenName).charAt(0)}${addressPart(surname)}.${which.index}@${options.domains[0]!}`]
    : [];
  const own = { id, upn: mail, mail: which.userClass === 'unlicensed' ? null : mail, aliases, class: which.userClass };
  return { ...own, ...person, ...work, ...phonesOf(which.index), ...archive };
}

/** Every third person has telephones and a language of choice, in the numbers kept for fiction. */
function phonesOf(index: number): Pick<User, 'extra'> {
  if (index % 3 !== 0) return {};
  const number = `+1 425 555 01${String((index / 3) % 100).padStart(2, '0')}`;
  return { extra: { businessPhones: [number], mobilePhone: number, preferredLanguage: 'en-US' } };
}

function resourceUser(options: SeedPeople, which: { index: number; userClass: MailboxClass; domain: string; taken: Set<string> }): User {
  const names = which.userClass === 'shared' ? SHARED : ROOMS;
  const name = names[Math.floor(which.index / 12) % names.length]!;
  const local = uniqueName(addressPart(name.replaceAll(' ', '.')), which.taken);
  const displayName = local === addressPart(name.replaceAll(' ', '.')) ? name : `${name} ${local.replace(/^.*?(\d+)$/, '$1')}`;
  const id = uuidOf(`${options.tenantId}:user:${local}`);
  const address = `${local}@${which.domain}`;
  const nothing = { givenName: null, surname: null, department: null, jobTitle: null, officeLocation: null, country: 'GB', language: 'en' };
  return { id, upn: address, mail: address, aliases: [], displayName, class: which.userClass, ...nothing };
}

function addressPart(name: string): string {
  const plain = name.replaceAll('ß', 'ss').replaceAll('ø', 'o').replaceAll('æ', 'ae').normalize('NFD').replaceAll(/\p{M}/gu, '');
  return plain.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '');
}

function uniqueName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
  taken.add(name);
  return name;
}
