import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAddedMessages } from './added-message.ts';
import { openBlobs, type Blobs } from './blobs.ts';
import type { Change, JournalEntry } from './changes.ts';
import type { Clock } from './clock.ts';
import { openJournal } from './journal.ts';
import { createMailboxState, type MailboxState } from './mailbox-state.ts';
import { createChangeListeners, createServiceStates, type ChangeListeners, type ServiceViews } from './service-states.ts';
import { createDirectoryState, type DirectoryState } from './directory-state.ts';
import { hasMailbox, type LoadProblem, type Organisation, type Tenant, type User } from './model.ts';

/** The organisation as it is now: its base with the journal's changes applied. */
export interface World extends Omit<DirectoryState, 'apply'>, ServiceViews, Pick<ChangeListeners, 'onChanges'> {
  readonly tenant: Tenant;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly problems: readonly LoadProblem[];
  /** Changes when the content beneath the journal is another; sync states of an older one are refused. */
  readonly epoch: string;
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
  checkFingerprint(options.dataDir, { fingerprint: organisation.fingerprint, hasChanges: journal.entries.length > 0 });
  const added = createAddedMessages(blobs);
  const directory = createDirectoryState(organisation);
  const mailboxes = new Map<string, MailboxState>();
  const services = createServiceStates(organisation, blobs);
  const { onChanges, announce } = createChangeListeners();

  const mailboxOf = (user: User): MailboxState | undefined => {
    if (!hasMailbox(user.class)) return undefined;
    const known = mailboxes.get(user.id);
    if (known) return known;
    if (mailboxes.size >= PRISTINE_KEPT) dropOldestPristine(mailboxes);
    const state = createMailboxState(organisation.mailbox(user), added.contentOf);
    mailboxes.set(user.id, state);
    return state;
  };
  const apply = (entry: JournalEntry) => {
    if (services.apply(entry)) return;
    if ('mailbox' in entry) {
      const user = directory.findUser(entry.mailbox);
      if (user) mailboxOf(user)?.apply(entry, entry.atMs);
    } else if (entry.op === 'clock.set') {
      clock.setOffsetMs(entry.offsetMs);
    } else {
      directory.apply(entry);
      if (entry.op === 'user.remove') mailboxes.delete(entry.userId);
    }
  };
  const prepare = async (change: Change) => (change.op === 'message.add' ? added.prepare(change.message) : undefined);

  for (const entry of journal.entries) {
    await prepare(entry);
    apply(entry);
  }

  return {
    ...{ ...directory, ...services.views, onChanges },
    tenant: organisation.tenant,
    clock,
    blobs,
    problems: organisation.problems,
    epoch: createHash('sha1').update(organisation.fingerprint).digest('hex').slice(0, 8),
    mailbox: mailboxOf,
    commit: async (changes) => {
      for (const change of changes) await prepare(change);
      const atMs = clock.nowMs();
      for (const change of changes) {
        const entry = { ...change, atMs };
        const tell = announce(change);
        journal.append(entry);
        apply(entry);
        tell();
      }
      await journal.flushed();
    },
    close: () => journal.close(),
  };
}

/**
 * The journal's changes are of one organisation. Files may change beneath them, a seed may not: its items would be others.
 * Throws when they are of another.
 */
function checkFingerprint(dataDir: string, of: { fingerprint: string; hasChanges: boolean }): void {
  const file = join(dataDir, 'organisation.txt');
  const known = existsSync(file) ? readFileSync(file, 'utf8') : of.fingerprint;
  const areFiles = known.startsWith('folder:') && of.fingerprint.startsWith('folder:');
  if (known !== of.fingerprint && of.hasChanges && !areFiles) {
    throw new Error(
      `The data folder ${dataDir} holds changes of another organisation (${known}); give another data folder, or delete this one`,
    );
  }
  writeFileSync(file, of.fingerprint);
}

function dropOldestPristine(mailboxes: Map<string, MailboxState>): void {
  for (const [id, state] of mailboxes) {
    if (!state.isPristine()) continue;
    mailboxes.delete(id);
    return;
  }
}
