import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { EMPTY_ITEMS, hasMailbox, type LoadProblem, type MailboxBase, type Organisation, type Person, type User } from '../model.ts';
import { uuidOf } from '../random.ts';
import { WELL_KNOWN_FOLDERS } from '../well-known-folders.ts';
import { parseIcs } from './ics-calendar.ts';
import { folderDocuments } from './drive-tree.ts';
import { decodedText } from '../decoded-text.ts';
import { loadMailTree, type MailTree } from './mail-tree.ts';
import { groupConversationsOf } from './group-conversations.ts';
import { addressesOf, calendarsOf, eventSource, personOf, type CalendarParts, type OwnCalendar } from './mailbox-calendars.ts';
import { readOrganisationFile } from './organisation-file.ts';
import { unreadFiles } from './unread-files.ts';

/**
 * An organisation of files: organisation.json, mailboxes/<address>/<Folder>/…/*.eml (with x.eml.json beside x.eml),
 * mailboxes/<address>/calendars/<name>.ics, drives/<owner>/…. Mails and calendars are read at once and held in memory. What is broken is named in
 * `problems`; only a missing or wrong organisation.json throws.
 */
export async function loadOrganisation(path: string): Promise<Organisation> {
  const root = resolve(path);
  const file = readOrganisationFile(root);
  const { problems: unknown, ...directory } = file.directory;
  const problems: LoadProblem[] = [...unknown];
  const byAddress = new Map(file.users.flatMap((user) => addressesOf(user).map((address) => [address, user] as const)));
  const trees = new Map<string, MailTree>();
  const calendars = new Map<string, OwnCalendar[]>();
  for (const name of subfolders(join(root, 'mailboxes'))) {
    const folder = join(root, 'mailboxes', name);
    const user = byAddress.get(decodedText(name).toLowerCase());
    if (!user || !hasMailbox(user.class)) {
      const problem = user ? `the user is ${user.class} and has no mailbox` : 'no user of organisation.json has this address';
      problems.push({ file: relative(root, folder), problem, outcome: 'left out' });
      continue;
    }
    trees.set(user.id, await loadMailTree(folder, { root, problems }));
    calendars.set(user.id, loadCalendars(join(folder, 'calendars'), { root, problems, owner: personOf(user) }));
  }
  const parts = { trees, calendars, byAddress, shares: file.shares, subscribed: file.subscribedCalendars };
  reportBrokenShares(parts, problems);
  problems.push(...unreadFiles(root));
  const documents = folderDocuments(root, problems);
  return {
    groupConversations: groupConversationsOf(file.groupConversations),
    fingerprint: fingerprintOf(root),
    ...{ tenant: file.tenant, apps: file.apps, users: file.users, problems, policies: file.policies, documents, ...directory },
    mailbox: (user) => mailboxOf(user, parts),
  };
}

interface Parts extends CalendarParts {
  readonly trees: ReadonlyMap<string, MailTree>;
}

function mailboxOf(user: User, parts: Parts): MailboxBase {
  const empty = WELL_KNOWN_FOLDERS.map(({ key, displayName, parentKey, hidden }) => ({
    ...{ key, displayName, parentKey, wellKnown: key, hidden: hidden ?? false, search: null, items: EMPTY_ITEMS },
  }));
  const tree = parts.trees.get(user.id) ?? { folders: empty, locate: () => undefined };
  return { guid: uuidOf(`mailbox:${user.id}`), folders: tree.folders, calendars: calendarsOf(user, parts), locate: tree.locate };
}

function reportBrokenShares(parts: Parts, problems: LoadProblem[]): void {
  for (const [index, share] of parts.shares.entries()) {
    const owner = parts.byAddress.get(share.owner.toLowerCase());
    const isThere = owner && parts.calendars.get(owner.id)?.some(({ name }) => name === share.calendar);
    if (isThere) continue;
    const problem = owner ? `the owner has no calendar '${share.calendar}'` : 'no user has the owner’s address';
    problems.push({ file: 'organisation.json', field: `/shares/${index}`, problem, outcome: 'left out' });
  }
}

function loadCalendars(folder: string, context: { root: string; problems: LoadProblem[]; owner: Person }): OwnCalendar[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.ics'));
  return files.toSorted().flatMap((name): OwnCalendar[] => {
    const file = relative(context.root, join(folder, name));
    try {
      const { events, problems } = parseIcs(readFileSync(join(folder, name), 'utf8'), context.owner);
      for (const problem of problems) context.problems.push({ file, ...problem });
      return [{ name: decodedText(name.slice(0, -'.ics'.length)), events: eventSource(events) }];
    } catch (error) {
      context.problems.push({ file, problem: `cannot be read as iCalendar: ${(error as Error).message}`, outcome: 'left out' });
      return [];
    }
  });
}

function subfolders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .toSorted();
}

/** Names and sizes of all files: with other files, sync states of earlier ones mean nothing any more. */
function fingerprintOf(root: string): string {
  const hash = createHash('sha1');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const stat = statSync(join(root, name), { throwIfNoEntry: false });
    if (stat?.isFile()) hash.update(`${name}\u0000${stat.size}\u0000`);
  }
  return `folder:${hash.digest('hex')}`;
}
