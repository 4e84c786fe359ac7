import { faker as de } from '@faker-js/faker/locale/de';
import { faker as en } from '@faker-js/faker/locale/en';
import { faker as es } from '@faker-js/faker/locale/es';
import { faker as fr } from '@faker-js/faker/locale/fr';
import { faker as nl } from '@faker-js/faker/locale/nl';
import { randomOf, uuidOf, type Random } from '../random.ts';
import type { MailboxClass, User } from '../model.ts';
import { SCRIPTED_NAMES } from './more-words.ts';

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
  const taken = new Map<string, number>();
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

function seedUser(options: SeedPeople, which: { index: number; userClass: MailboxClass; taken: Map<string, number> }): User {
  const random = randomOf(options.seed, 'user', which.index);
  const domain = random.chance(0.75) ? options.domains[0]! : random.pick(options.domains.slice(0, -1));
  if (which.userClass === 'shared' || which.userClass === 'room') return resourceUser(options, { ...which, domain });
  const name = seedName(options.seed, which.index, random);
  const local = uniqueName(name.local, which.taken);
  const { givenName, surname } = name;
  const person = { displayName: name.displayName, givenName, surname, country: name.country, language: name.language };
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
    ? [`${local.charAt(0)}${local.slice(local.indexOf('.') + 1)}.${which.index}@${options.domains[0]!}`]
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

interface SeedName {
  readonly givenName: string;
  readonly surname: string;
  readonly displayName: string;
  /** The part of the address before the @. */
  readonly local: string;
  readonly country: string;
  readonly language: string;
}

/** One in eight writes their name in another script, or with letters that an address does not have. */
function seedName(seed: string, index: number, random: Random): SeedName {
  const { country, language, first, last } = random.pick(BANKS);
  const givenName = random.pick(first);
  const surname = random.pick(last);
  const plain = { displayName: `${givenName} ${surname}`, local: `${addressPart(givenName)}.${addressPart(surname)}` };
  const script = randomOf(seed, 'script', index);
  if (!script.chance(0.125)) return { givenName, surname, ...plain, country, language };
  const bank = script.pick(SCRIPTED_NAMES);
  const [given, givenAddress] = script.pick(bank.first);
  const [family, familyAddress] = script.pick(bank.last);
  const isFamilyFirst = bank.language === 'ja' || bank.language === 'zh';
  const displayName = isFamilyFirst ? `${family} ${given}` : `${given} ${family}`;
  const { country: land, language: tongue } = bank;
  return { givenName: given, surname: family, displayName, local: `${givenAddress}.${familyAddress}`, country: land, language: tongue };
}

function resourceUser(
  options: SeedPeople,
  which: { index: number; userClass: MailboxClass; domain: string; taken: Map<string, number> },
): User {
  const names = which.userClass === 'shared' ? SHARED : ROOMS;
  const name = names[Math.floor(which.index / 12) % names.length]!;
  const local = uniqueName(addressPart(name.replaceAll(' ', '.')), which.taken);
  const displayName = local === addressPart(name.replaceAll(' ', '.')) ? name : `${name} ${local.replace(/^.*?(\d+)$/, '$1')}`;
  const id = uuidOf(`${options.tenantId}:user:${local}`);
  const address = `${local}@${which.domain}`;
  const nothing = { givenName: null, surname: null, department: null, jobTitle: null, officeLocation: null, country: 'GB', language: 'en' };
  return { id, upn: address, mail: address, aliases: [], displayName, class: which.userClass, ...nothing };
}

/** The banks hold few names, an organisation may hold many people of them. */
const addressParts = new Map<string, string>();

function addressPart(name: string): string {
  const known = addressParts.get(name);
  if (known !== undefined) return known;
  const plain = name.replaceAll('ß', 'ss').replaceAll('ø', 'o').replaceAll('æ', 'ae').normalize('NFD').replaceAll(/\p{M}/gu, '');
  const part = plain.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '');
  addressParts.set(name, part);
  return part;
}

/** `taken` holds, for each name, the last number that was put behind it: with thousands of one name none is tried twice. */
function uniqueName(wanted: string, taken: Map<string, number>): string {
  let count = (taken.get(wanted) ?? 0) + 1;
  while (count > 1 && taken.has(`${wanted}${count}`)) count++;
  taken.set(wanted, count);
  if (count === 1) return wanted;
  taken.set(`${wanted}${count}`, 1);
  return `${wanted}${count}`;
}
