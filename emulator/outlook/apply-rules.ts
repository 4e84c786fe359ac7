import type { StoredMessage } from '../data/changes.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import type { MessageContent, Person, User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { findFolder } from '../mail/mail-ids.ts';
import { isProblem } from '../http/problem.ts';
import { isOwnAddress } from '../mail/writing/people.ts';

type Parts = Readonly<Record<string, unknown>>;

/** Where an arriving mail is put, and as what; `folder` is null when a rule deletes it for good. */
export interface Arrival {
  readonly folder: string | null;
  readonly message: StoredMessage;
}

interface Mail {
  readonly message: StoredMessage;
  /** What a message of MIME says. */
  readonly content?: MessageContent | undefined;
}

/**
 * The Inbox's rules, in their order: learn.microsoft.com/graph/api/resources/messagerule. Rules that copy, forward or
 * redirect, and those with a condition that is not told apart here, do nothing.
 */
export function applyRules(world: World, user: User, mail: Mail): Arrival {
  const { message } = mail;
  const mailbox = world.mailbox(user)!;
  const rules = world.outlook
    .of(user.id)
    .list('rule')
    .toSorted((a, b) => Number(a.fields['sequence']) - Number(b.fields['sequence']));
  let arrival: Arrival = { folder: 'inbox', message };
  for (const { fields } of rules) {
    if (fields['isEnabled'] === false || !matches(fields, { user, ...mail })) continue;
    const actions = (fields['actions'] ?? {}) as Parts;
    arrival = act(mailbox, arrival, actions);
    if (actions['stopProcessingRules'] === true || arrival.folder === null) break;
  }
  return arrival;
}

function act(mailbox: MailboxState, { folder, message }: Arrival, actions: Parts): Arrival {
  if (actions['permanentDelete'] === true) return { folder: null, message };
  const categories = Array.isArray(actions['assignCategories'])
    ? [...(message.categories ?? []), ...(actions['assignCategories'] as string[])]
    : undefined;
  const target = actions['delete'] === true ? 'deleteditems' : folderKey(mailbox, actions['moveToFolder']);
  return {
    folder: target ?? folder,
    message: {
      ...message,
      ...(categories ? { categories } : {}),
      ...(actions['markAsRead'] === true ? { isRead: true } : {}),
      ...(actions['markImportance'] ? { importance: actions['markImportance'] as 'low' | 'normal' | 'high' } : {}),
    },
  };
}

/** Undefined for a folder that has gone since the rule was made. */
function folderKey(mailbox: MailboxState, id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  try {
    const folder = findFolder(mailbox, id);
    return folder.search ? undefined : folder.key;
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

interface Arriving extends Mail {
  readonly user: User;
}

function matches(rule: Parts, arriving: Arriving): boolean {
  const conditions = Object.entries((rule['conditions'] ?? {}) as Parts);
  const exceptions = Object.entries((rule['exceptions'] ?? {}) as Parts);
  return (
    conditions.every(([name, value]) => holds(name, value, arriving)) && !exceptions.some(([name, value]) => holds(name, value, arriving))
  );
}

function holds(name: string, value: unknown, { user, message, content }: Arriving): boolean {
  const {
    subject = '',
    body,
    from,
    to = [],
    cc = [],
    importance = 'normal',
    attachments = [],
    categories = [],
  } = { ...content, ...message };
  const oneOf = (...texts: readonly string[]) => (value as string[]).some((part) => texts.some((text) => includes(text, part)));
  const isFor = (people: readonly Person[]) => people.some(({ address }) => isOwnAddress(user, address));
  const named = (people: readonly Person[]) => people.flatMap(({ name: personName, address }) => [personName, address]);
  const addressed = (people: readonly Person[]) =>
    (value as { emailAddress: Person }[]).some(({ emailAddress }) => people.some(({ address }) => same(address, emailAddress.address)));
  const tests: Readonly<Record<string, () => boolean>> = {
    subjectContains: () => oneOf(subject),
    bodyContains: () => oneOf(body?.content ?? ''),
    bodyOrSubjectContains: () => oneOf(subject, body?.content ?? ''),
    senderContains: () => oneOf(...named(from ? [from] : [])),
    recipientContains: () => oneOf(...named([...to, ...cc])),
    fromAddresses: () => addressed(from ? [from] : []),
    sentToAddresses: () => addressed(to),
    categories: () => (value as string[]).some((category) => categories.includes(category)),
    hasAttachments: () => attachments.length > 0 === value,
    importance: () => importance === value,
    sentToMe: () => isFor(to) === value,
    sentCcMe: () => isFor(cc) === value,
    sentToOrCcMe: () => isFor([...to, ...cc]) === value,
    sentOnlyToMe: () => (to.length === 1 && cc.length === 0 && isFor(to)) === value,
    notSentToMe: () => !isFor(to) === value,
  };
  return tests[name]?.() ?? false;
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
