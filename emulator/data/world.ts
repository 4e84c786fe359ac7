import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createAddedMessages } from './added-message.ts';
import { openBlobs, type Blobs } from './blobs.ts';
import type { Change, JournalEntry, MailboxChange, WorldChange } from './changes.ts';
import type { Clock } from './clock.ts';
import { openJournal } from './journal.ts';
import { createMailboxState, type MailboxState } from './mailbox-state.ts';
import { hasMailbox, type AppRegistration, type LoadProblem, type Organisation, type Tenant, type User } from './model.ts';

/** The organisation as it is now: its base with the journal's changes applied. */
export interface World {
  readonly tenant: Tenant;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly problems: readonly LoadProblem[];
  /** Changes when the content beneath the journal is another; sync states of an older one are refused. */
  readonly epoch: string;
  users(): readonly User[];
  /** By object id, user principal name or any SMTP address, without regard to case. */
  findUser(idOrAddress: string): User | undefined;
  apps(): readonly AppRegistration[];
  findApp(clientId: string): AppRegistration | undefined;
  /** Undefined for users who have no mailbox. */
  mailbox(user: User): MailboxState | undefined;
  /** Journals and applies; resolves when the changes are on the disk. They are seen by readers at once, together. */
  commit(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

/** Mailboxes that nobody changed can be made again at any time; this many are kept. */
const PRISTINE_KEPT = 500;

export async function openWorld(options: { organisation: Organisation; dataDir: string; clock: Clock }): Promise<World> {
  const { organisation, clock } = options;
  mkdirSync(options.dataDir, { recursive: true });
  const blobs = openBlobs(options.dataDir);
  const journal = openJournal<JournalEntry>(options.dataDir);
  const added = createAddedMessages(blobs);
  const users = new Map<string, User>();
  const usersByName = new Map<string, User>();
  const apps = new Map<string, AppRegistration>();
  const mailboxes = new Map<string, MailboxState>();

  const addUser = (user: User) => {
    users.set(user.id, user);
    for (const name of namesOf(user)) usersByName.set(name, user);
  };
  const removeUser = (userId: string) => {
    const user = users.get(userId);
    if (!user) return;
    users.delete(userId);
    mailboxes.delete(userId);
    for (const name of namesOf(user)) if (usersByName.get(name)?.id === userId) usersByName.delete(name);
  };
  const mailboxOf = (user: User): MailboxState | undefined => {
    if (!hasMailbox(user.class)) return undefined;
    const known = mailboxes.get(user.id);
    if (known) return known;
    if (mailboxes.size >= PRISTINE_KEPT) dropOldestPristine(mailboxes);
    const state = createMailboxState(organisation.mailbox(user), added.contentOf);
    mailboxes.set(user.id, state);
    return state;
  };
  const applyToWorld = (change: WorldChange) => {
    if (change.op === 'user.add') addUser(change.user);
    else if (change.op === 'user.remove') removeUser(change.userId);
    else if (change.op === 'app.set') apps.set(change.app.clientId, change.app);
    else clock.setOffsetMs(change.offsetMs);
  };
  const apply = (entry: JournalEntry) => {
    if (!isMailboxChange(entry)) return applyToWorld(entry);
    const user = users.get(entry.mailbox);
    if (user) mailboxOf(user)?.apply(entry, entry.atMs);
  };
  const prepare = async (change: Change) => {
    if (change.op === 'message.add') await added.prepare(change.message);
  };

  organisation.users.forEach(addUser);
  for (const app of organisation.apps) apps.set(app.clientId, app);
  for (const entry of journal.entries) {
    await prepare(entry);
    apply(entry);
  }

  return {
    tenant: organisation.tenant,
    clock,
    blobs,
    problems: organisation.problems,
    epoch: createHash('sha1').update(organisation.fingerprint).digest('hex').slice(0, 8),
    users: () => [...users.values()],
    findUser: (idOrAddress) => users.get(idOrAddress.toLowerCase()) ?? usersByName.get(idOrAddress.toLowerCase()),
    apps: () => [...apps.values()],
    findApp: (clientId) => apps.get(clientId.toLowerCase()),
    mailbox: mailboxOf,
    commit: async (changes) => {
      for (const change of changes) await prepare(change);
      const atMs = clock.nowMs();
      for (const change of changes) {
        const entry = { ...change, atMs };
        journal.append(entry);
        apply(entry);
      }
      await journal.flushed();
    },
    close: () => journal.close(),
  };
}

function isMailboxChange(entry: JournalEntry): entry is JournalEntry & MailboxChange & { readonly mailbox: string } {
  return 'mailbox' in entry;
}

function namesOf(user: User): string[] {
  return [user.upn, ...(user.mail ? [user.mail] : []), ...user.aliases].map((name) => name.toLowerCase());
}

function dropOldestPristine(mailboxes: Map<string, MailboxState>): void {
  for (const [id, state] of mailboxes) {
    if (!state.isPristine()) continue;
    mailboxes.delete(id);
    return;
  }
}
