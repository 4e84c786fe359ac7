import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAddedMessages } from './added-message.ts';
import { createAreas, type Areas } from './areas.ts';
import { openBlobs, type Blobs } from './blobs.ts';
import type { Change, JournalEntry } from './changes.ts';
import type { Clock } from './clock.ts';
import { openJournal } from './journal.ts';
import { createMailboxes } from './mailboxes.ts';
import type { MailboxState } from './mailbox-state.ts';
import { createChangeListeners, type ChangeListeners } from './change-listeners.ts';
import { createDirectoryState, type DirectoryState } from './directory-state.ts';
import type { LoadProblem, Organisation, Tenant, User } from './model.ts';

/** The organisation as it is now: its base with the journal's changes applied. */
export interface World extends Omit<DirectoryState, 'apply'>, Areas, Pick<ChangeListeners, 'onChanges'> {
  readonly tenant: Tenant;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly problems: readonly LoadProblem[];
  /** Changes when the content beneath the journal is another; sync states of an older one are refused. */
  readonly epoch: string;
  /** Undefined for users who have no mailbox. */
  mailbox(user: User): MailboxState | undefined;
  /** The owner under the id of his in-place archive, which is read like a mailbox; undefined without one. */
  archiveOf(user: User): User | undefined;
  /** Journals and applies; resolves when the changes are on the disk. They are seen by readers at once, together. */
  commit(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(options: { organisation: Organisation; dataDir: string; clock: Clock }): Promise<World> {
  const { organisation, clock } = options;
  const blobs = openBlobs(options.dataDir);
  const journal = openJournal<JournalEntry>(options.dataDir);
  checkFingerprint(options.dataDir, { fingerprint: organisation.fingerprint, hasChanges: journal.entries.length > 0 });
  const added = createAddedMessages(blobs);
  const directory = createDirectoryState(organisation);
  const { applyToAreas, ...areas } = createAreas(organisation, blobs);
  const { onChanges, announce } = createChangeListeners();

  const mailboxes = createMailboxes({ organisation, directory, contentOf: added.contentOf });
  const apply = (entry: JournalEntry) => {
    if ('mailbox' in entry) {
      const user = mailboxes.findUser(entry.mailbox);
      if (user) mailboxes.of(user)?.apply(entry, entry.atMs);
    } else if (entry.op === 'clock.set') {
      clock.setOffsetMs(entry.offsetMs);
    } else if (!applyToAreas(entry)) {
      directory.apply(entry as Parameters<typeof directory.apply>[0]);
      // A user who is restored finds the mailbox as it was; one who is made anew begins with an empty journal.
      if (entry.op === 'user.add') mailboxes.forget(entry.user.id);
      if ((entry.op === 'object.remove' && entry.hard) || (entry.op === 'user.remove' && entry.hard)) {
        mailboxes.forget(entry.op === 'user.remove' ? entry.userId : entry.id);
      }
    }
  };
  const prepare = async (change: Change) => {
    if (change.op === 'message.add') await added.prepare(change.message);
    if (change.op === 'message.edit') await added.prepare({ attachments: change.patch.attachments ?? [] });
  };

  for (const entry of journal.entries) {
    await prepare(entry);
    apply(entry);
  }
  return {
    ...{ ...directory, onChanges },
    tenant: organisation.tenant,
    clock,
    blobs,
    ...areas,
    problems: organisation.problems,
    epoch: createHash('sha1').update(organisation.fingerprint).digest('hex').slice(0, 8),
    findUser: mailboxes.findUser,
    mailbox: mailboxes.of,
    archiveOf: mailboxes.archiveOf,
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
