import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAddedMessages } from './added-message.ts';
import { openBlobs, type Blobs } from './blobs.ts';
import type { Change, JournalEntry } from './changes.ts';
import type { Clock } from './clock.ts';
import { NO_DOCUMENTS, type SiteBase } from './drive-model.ts';
import { createDriveStates, type DriveStates } from './drive-state.ts';
import { openJournal } from './journal.ts';
import { createMailboxState, type MailboxState } from './mailbox-state.ts';
import { createDirectoryState, type DirectoryState } from './directory-state.ts';
import { createSubscriptionStates, type SubscriptionStates } from './subscription-state.ts';
import { hasMailbox, type LoadProblem, type Organisation, type Tenant, type User } from './model.ts';

/** The organisation as it is now: its base with the journal's changes applied. */
export interface World extends Omit<DirectoryState, 'apply'> {
  readonly tenant: Tenant;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly problems: readonly LoadProblem[];
  /** Changes when the content beneath the journal is another; sync states of an older one are refused. */
  readonly epoch: string;
  readonly sites: readonly SiteBase[];
  readonly drives: Pick<DriveStates, 'drive'>;
  readonly subscriptions: Omit<SubscriptionStates, 'apply'>;
  /** Undefined for users who have no mailbox. */
  mailbox(user: User): MailboxState | undefined;
  /** Journals and applies; resolves when the changes are on the disk. They are seen by readers at once, together. */
  commit(changes: readonly Change[]): Promise<void>;
  /** Called with each change just before it is applied; what it returns is called just after. Returns how to stop. */
  onChanges(listener: ChangeListener): () => void;
  close(): Promise<void>;
}

export type ChangeListener = (change: Change) => (() => void) | undefined;

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
  const documents = organisation.documents ?? NO_DOCUMENTS;
  const drives = createDriveStates(documents, blobs);
  const subscriptions = createSubscriptionStates();
  const listeners = new Set<ChangeListener>();

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
    if ('mailbox' in entry) {
      const user = directory.findUser(entry.mailbox);
      if (user) mailboxOf(user)?.apply(entry, entry.atMs);
    } else if ('drive' in entry) {
      drives.apply(entry, entry.atMs);
    } else if (entry.op === 'subscription.set' || entry.op === 'subscription.remove' || entry.op === 'subscription.owe') {
      subscriptions.apply(entry);
    } else if (entry.op === 'clock.set') {
      clock.setOffsetMs(entry.offsetMs);
    } else {
      directory.apply(entry);
      if (entry.op === 'user.remove') mailboxes.delete(entry.userId);
    }
  };
  const prepare = async (change: Change) => {
    if (change.op === 'message.add') await added.prepare(change.message);
  };

  for (const entry of journal.entries) {
    await prepare(entry);
    apply(entry);
  }

  return {
    ...directory,
    tenant: organisation.tenant,
    clock,
    blobs,
    problems: organisation.problems,
    epoch: createHash('sha1').update(organisation.fingerprint).digest('hex').slice(0, 8),
    ...{ sites: documents.sites, drives, subscriptions },
    mailbox: mailboxOf,
    onChanges: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    commit: async (changes) => {
      for (const change of changes) await prepare(change);
      const atMs = clock.nowMs();
      for (const change of changes) {
        const entry = { ...change, atMs };
        const afterwards = [...listeners].map((listener) => listener(change));
        journal.append(entry);
        apply(entry);
        for (const listener of afterwards) listener?.();
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
