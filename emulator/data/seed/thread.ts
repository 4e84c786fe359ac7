import type { EventSource, Person } from '../model.ts';
import { randomOf, type Random } from '../random.ts';
import { COMPANIES, DAYS, MONTHS, PHRASES, PLACES, PRODUCTS, PROJECTS, type Phrases } from './words.ts';
import { EMOJI } from './more-words.ts';

export interface SeedFolder {
  readonly seed: string;
  readonly mailbox: Person;
  readonly language: string;
  readonly folderKey: string;
  /** Everything in it was sent by the mailbox itself. */
  readonly outgoing: boolean;
  readonly isDraft: boolean;
  /** Everything in it came from mailing lists. */
  readonly isList: boolean;
  readonly withoutAttachments: boolean;
  /** What invitations are about. */
  readonly events: EventSource;
  colleague(random: Random): Person;
}

/** Messages of one conversation stand beside each other, this many at most. */
export const THREAD_LENGTH = 4;

export interface Thread {
  readonly id: string;
  readonly language: string;
  readonly phrases: Phrases;
  readonly subject: string;
  readonly slots: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
  readonly isExternal: boolean;
  /** The index of the conversation's first message in its folder. */
  readonly firstIndex: number;
}

const EXTERNAL_NAMES = [
  'Ines Carvalho', 'Tom Ashby', 'Marek Dvořák', 'Yuki Tanaka', 'Leïla Haddad', 'Søren Lund', 'Grace Okafor', 'Павел Орлов', '山本 直子',
] as const; // prettier-ignore

export function threadOf(folder: SeedFolder, index: number): Thread {
  const group = Math.floor(index / THREAD_LENGTH);
  const random = randomOf(folder.seed, folder.mailbox.address, folder.folderKey, 'thread', group);
  const single = folder.isList || random.chance(0.4);
  const member = single ? randomOf(folder.seed, folder.mailbox.address, folder.folderKey, 'single', index) : random;
  const language = member.chance(0.75) ? folder.language : member.pick(Object.keys(PHRASES));
  const phrases = PHRASES[language] ?? PHRASES['en']!;
  const slots = slotsOf(member, language);
  const isExternal = member.chance(0.25);
  const drawn = Array.from({ length: 1 + member.below(3) }, () =>
    isExternal && member.chance(0.5) ? externalPerson(member) : folder.colleague(member),
  );
  const others = drawn.filter((person) => person.address !== folder.mailbox.address);
  const people = others.length > 0 ? others : [externalPerson(member)];
  const id = `${folder.mailbox.address}/${folder.folderKey}/${group}${single ? `/${index}` : ''}`;
  const mood = member.chance(0.03) ? `${member.pick(EMOJI)} ` : '';
  const subject = mood + fill(member.pick(phrases.subjects), slots);
  return { id, language, phrases, subject, slots, people, isExternal, firstIndex: single ? index : group * THREAD_LENGTH };
}

function slotsOf(random: Random, language: string): Readonly<Record<string, string>> {
  return {
    project: random.pick(PROJECTS),
    place: random.pick(PLACES),
    product: random.pick(PRODUCTS),
    company: random.pick(COMPANIES),
    month: random.pick(MONTHS[language] ?? MONTHS['en']!),
    day: random.pick(DAYS[language] ?? DAYS['en']!),
    number: String(10_000 + random.below(89_999)),
    amount: (random.below(900_000) / 100).toFixed(2),
    small: String(2 + random.below(11)),
  };
}

export function externalPerson(random: Random): Person {
  const name = random.pick(EXTERNAL_NAMES);
  const latin = name.normalize('NFD').replaceAll(/[^A-Za-z]+/g, '');
  return { name, address: `${latin.toLowerCase() || `contact${name.length}`}@partner.example` };
}

export function fill(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => slots[name] ?? whole);
}

/** What every message of a thread can know of the others without making them. */
export interface Post {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly sentences: readonly string[];
  readonly messageId: string;
}

export function postOf(folder: SeedFolder, thread: Thread, index: number): Post {
  const random = randomOf(folder.seed, folder.mailbox.address, folder.folderKey, 'post', index);
  const other = random.pick(thread.people);
  const from = folder.outgoing ? folder.mailbox : other;
  const to = folder.outgoing ? thread.people : [folder.mailbox, ...thread.people.filter((person) => person !== other).slice(0, 1)];
  const domain = from.address.slice(from.address.indexOf('@') + 1);
  const messageId = `<${random.next().toString(16).padStart(8, '0')}${random.next().toString(16).padStart(8, '0')}@${domain}>`;
  const sentences = Array.from({ length: sentenceCount(random) }, () =>
    fill(random.pick(thread.phrases.sentences), { ...thread.slots, small: String(2 + random.below(11)) }),
  );
  return { from, to, sentences, messageId };
}

/** Most mails are short, some are long, a few are reports: the lengths of real mail have a long tail. */
function sentenceCount(random: Random): number {
  const kind = random.below(1_000);
  if (kind < 30) return 1;
  if (kind < 900) return 2 + random.below(7);
  if (kind < 992) return 10 + random.below(40);
  return 100 + random.below(300);
}
