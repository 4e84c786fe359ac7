import type { Capability } from '../contract/capabilities.ts';
import type { CallOptions } from '../graph/types.ts';
import { attempt, type Attempt } from './attempt.ts';
import { WaitLongerError } from './failures.ts';
import { openMailboxGate, type MailboxGate } from './mailbox-gate.ts';
import type { MailboxSample } from './sample-mailboxes.ts';
import { budgetIdOf } from './source-context.ts';
import type { Testing } from './testing.ts';

export type Found = Pick<Attempt<unknown>, 'outcome' | 'code'>;

export interface FolderCounts {
  folders: number;
  emptyFolders: number;
  items: number;
}

export interface MailboxFindings extends MailboxSample {
  found: Partial<Record<Capability, Found>>;
  /** Exchange's word for what the mailbox is for; null where it was not told. */
  purpose?: string | null;
  /** Null where they were not counted. */
  counts?: FolderCounts | null;
}

const longestWaitMs = 2_000;
/** Metadata of one message's attachments. */
const attachmentListMaxBytes = 1_048_576;

const readable: Found = { outcome: 'readable', code: null };
const cannotTell = (code: string): Found => ({ outcome: 'cannotTell', code });
const refused = (code: string): Found => ({ outcome: 'refused', code });

function openGate({ holder, credential, budgets, signal, attemptMs }: Testing, mailboxId: string): Promise<MailboxGate> {
  return openMailboxGate({
    ...{ budgets, budgetId: budgetIdOf(credential, mailboxId), holder },
    ...{ requestTimeoutMs: attemptMs, longestWaitMs: () => longestWaitMs, signal },
  });
}

type Ask = <T>(call: (options: Required<CallOptions>) => Promise<T>) => Promise<Attempt<T>>;

const askBy =
  (gate: MailboxGate, { attemptMs: timeoutMs, signal }: Testing): Ask =>
  (call) =>
    attempt((limited) => call({ budget: gate, signal: limited }), { timeoutMs, signal, busyCode: 'TrawlMailboxBusy' });

async function tryMessages({ inspector }: Testing, { userId, ask }: { userId: string; ask: Ask }): Promise<MailboxFindings['found']> {
  const message = await ask((options) => inspector.sampleMessage({ userId }, options));
  if (message.outcome !== 'readable') return { mailBodies: message, attachments: message };
  if (message.found === null) return { mailBodies: cannotTell('TrawlNothingToTry'), attachments: cannotTell('TrawlNothingToTry') };
  const { id: messageId, hasWords } = message.found;
  const asked = { userId, messageId, withContent: false, maxBytes: attachmentListMaxBytes };
  // The right to it is checked whether or not the message has any.
  const attachments = await ask((options) => inspector.listAttachments(asked, options));
  return { mailBodies: hasWords ? readable : refused('TrawlBasicOnly'), attachments };
}

async function tryCalendar({ inspector }: Testing, { userId, ask }: { userId: string; ask: Ask }): Promise<Found> {
  const event = await ask((options) => inspector.sampleEvent({ userId }, options));
  return event.found?.hasWords === false ? refused('TrawlBasicOnly') : event;
}

/** An archive has limits of its own, and is read as a mailbox. */
async function tryArchive(testing: Testing, { userId, ask }: { userId: string; ask: Ask }): Promise<Found> {
  const archive = await ask((options) => testing.inspector.getArchiveId({ userId }, options));
  if (archive.outcome !== 'readable' || archive.found === null) return archive;
  const archiveId = archive.found;
  const found = await withGate(testing, archiveId, (askArchive) =>
    askArchive((options) => testing.inspector.getRootFolderId({ userId: archiveId }, options)),
  );
  return found ?? cannotTell('TrawlMailboxBusy');
}

/** Lists folders by GET, since delta would leave its state in the mailbox; search folders hold nothing of their own. */
async function countFolders({ inspector }: Testing, { userId, ask }: { userId: string; ask: Ask }): Promise<FolderCounts | null> {
  const { found } = await ask((options) => inspector.listFolders({ userId }, options));
  if (found === null) return null;
  const own = found.filter((folder) => folder['@odata.type'] !== '#microsoft.graph.mailSearchFolder');
  const sizes = own.map(({ totalItemCount }) => totalItemCount ?? 0);
  const items = sizes.reduce((sum, size) => sum + size, 0);
  return { folders: own.length, emptyFolders: sizes.filter((size) => size === 0).length, items };
}

/** Null where all places of the mailbox stay taken: a crawl is at it. */
async function withGate<T>(testing: Testing, mailboxId: string, work: (ask: Ask) => Promise<T>): Promise<T | null> {
  let gate: MailboxGate;
  try {
    gate = await openGate(testing, mailboxId);
  } catch (error) {
    if (error instanceof WaitLongerError || testing.signal.aborted) return null;
    throw error;
  }
  try {
    return await work(askBy(gate, testing));
  } finally {
    await gate.close();
  }
}

/** Tries a mailbox: one place of it held, one request after the other. */
export async function tryMailbox(testing: Testing, sample: MailboxSample): Promise<MailboxFindings> {
  if (sample.code !== null) return { ...sample, found: {} };
  const userId = sample.mailboxId;
  const { inspector } = testing;
  const tried = await withGate(testing, userId, async (ask): Promise<MailboxFindings> => {
    const mail = await ask((options) => inspector.probeMailbox({ userId }, options));
    if (mail.outcome === 'absent') return { ...sample, code: mail.code, found: {} };
    const purpose = await ask((options) => inspector.getUserPurpose({ userId }, options));
    const found = {
      mail,
      ...(await tryMessages(testing, { userId, ask })),
      calendars: await tryCalendar(testing, { userId, ask }),
      mailboxSettings: purpose,
      // An archive is read as a mailbox is.
      archive: mail.outcome === 'refused' ? mail : await tryArchive(testing, { userId, ask }),
    };
    const isCounted = testing.countsFolders === true && mail.outcome === 'readable';
    const counts = isCounted ? await countFolders(testing, { userId, ask }) : null;
    return { ...sample, found, purpose: purpose.found, counts };
  });
  return tried ?? { ...sample, code: testing.signal.aborted ? 'TrawlTimeout' : 'TrawlMailboxBusy', found: {} };
}

const enoughMailboxes = 5;
const mostRounds = 3;

/** Tries mailboxes, some side by side, until enough of them have told something. */
export async function tryMailboxes(
  testing: Testing,
  samples: readonly MailboxSample[],
  enough = enoughMailboxes,
): Promise<MailboxFindings[]> {
  const tried: MailboxFindings[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const telling = tried.filter(({ code }) => code === null).length;
    const next = samples.slice(tried.length, tried.length + enough - telling);
    if (next.length === 0 || testing.signal.aborted) break;
    tried.push(...(await Promise.all(next.map((sample) => tryMailbox(testing, sample)))));
  }
  return tried;
}
