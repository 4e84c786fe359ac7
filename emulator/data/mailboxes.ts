import { archiveBase, archiveGuid, primaryGuid } from './archive-base.ts';
import type { CalendarHost } from './calendar-changes.ts';
import type { StoredMessage } from './changes.ts';
import type { DirectoryState } from './directory-state.ts';
import { createMailboxState, type MailboxState } from './mailbox-state.ts';
import { hasMailbox, type MessageContent, type Organisation, type User } from './model.ts';

/** Mailboxes that nobody changed can be made again at any time; this many are kept. */
const PRISTINE_KEPT = 500;

export interface Mailboxes {
  /** Undefined for users who have no mailbox. */
  of(user: User): MailboxState | undefined;
  /** A user by any name, or by a mailbox id MBX:<guid>@<tenant>; of an archive's id the owner under that id. */
  findUser(name: string): User | undefined;
  /** The owner under the id of his in-place archive, if he has one. */
  archiveOf(user: User): User | undefined;
  forget(userId: string): void;
}

/** All mailboxes and in-place archives, each made when it is first asked for. */
export function createMailboxes(deps: {
  readonly organisation: Organisation;
  readonly directory: DirectoryState;
  contentOf(message: StoredMessage): MessageContent;
}): Mailboxes {
  const { organisation, directory } = deps;
  const states = new Map<string, MailboxState>();
  const entryOf = createMailboxNames(organisation.tenant.id, directory);
  const mailboxId = (guid: string) => `MBX:${guid}@${organisation.tenant.id}`;

  const kept = (id: string, make: () => MailboxState): MailboxState => {
    const known = states.get(id);
    if (known) return known;
    if (states.size >= PRISTINE_KEPT) dropOldestPristine(states);
    const state = make();
    states.set(id, state);
    return state;
  };
  const of = (user: User): MailboxState | undefined => {
    if (!hasMailbox(user.class)) return undefined;
    return kept(user.id, () => {
      const owner = user.id.startsWith('MBX:') ? ownerOf(user.id) : undefined;
      const base = owner ? (organisation.mailbox(owner).archive?.() ?? archiveBase(owner)) : organisation.mailbox(user);
      return createMailboxState(base, deps.contentOf, hostOf);
    });
  };
  /** Whose calendar a shared one shows. */
  const hostOf = (ownerId: string): CalendarHost | undefined => {
    const owner = directory.findUser(ownerId);
    const mailbox = owner && of(owner);
    return mailbox && { guid: mailbox.guid, calendars: mailbox.calendars, ownerId: owner.id };
  };
  const ownerOf = (name: string) => {
    const entry = entryOf(name);
    return entry && directory.findUser(entry.userId);
  };
  const archiveOf = (user: User): User | undefined => {
    const state = of(user);
    const isOn = state && (state.settings.archive ?? user.archive ?? false);
    return isOn ? { ...user, id: mailboxId(archiveGuid(user.id)) } : undefined;
  };
  return {
    of,
    archiveOf,
    findUser: (name) => {
      const entry = entryOf(name);
      const owner = directory.findUser(entry?.userId ?? name);
      return owner && entry?.isArchive ? archiveOf(owner) : owner;
    },
    forget: (userId) => {
      states.delete(userId);
      states.delete(mailboxId(archiveGuid(userId)));
    },
  };
}

/** Finds whose mailbox an id MBX:<guid>@<tenant> names. The index is made when it is first needed, and when users have come or gone. */
function createMailboxNames(
  tenantId: string,
  directory: DirectoryState,
): (name: string) => { readonly userId: string; readonly isArchive: boolean } | undefined {
  let byGuid = new Map<string, { userId: string; isArchive: boolean }>();
  let indexed = -1;
  return (name) => {
    const [, guid, tenant] = /^MBX:([0-9a-f-]{36})@([^@]+)$/i.exec(name) ?? [];
    if (guid === undefined || tenant?.toLowerCase() !== tenantId) return undefined;
    const users = directory.users();
    if (indexed !== users.length) {
      byGuid = new Map(
        users.flatMap(({ id: userId }): [string, { userId: string; isArchive: boolean }][] => [
          [primaryGuid(userId), { userId, isArchive: false }],
          [archiveGuid(userId), { userId, isArchive: true }],
        ]),
      );
      indexed = users.length;
    }
    return byGuid.get(guid.toLowerCase());
  };
}

function dropOldestPristine(states: Map<string, MailboxState>): void {
  for (const [id, state] of states) {
    if (!state.isPristine()) continue;
    states.delete(id);
    return;
  }
}
