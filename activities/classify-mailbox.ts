import type { Mailbox } from '../contract/mailbox.ts';
import type { MailboxClass, MailboxKind } from '../contract/mailbox-class.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { CallOptions, Graph } from '../graph/types.ts';
import { absenceOf, classOfPurpose, classOfReadable, toHints, type Absence } from './mailbox-class.ts';
import { retrying } from './retrying.ts';

const weekMs = 7 * 86_400_000;

interface Asking {
  graph: Graph;
  /** The directory's budget. */
  directory: Required<CallOptions>;
  record: Mailbox;
}

/** What explains each class of mailbox that is not there. */
const absences: Partial<Record<MailboxClass, string>> = {
  guest: 'TrawlGuest',
  unlicensed: 'TrawlUnlicensed',
  onPremises: 'TrawlOnPremises',
  softDeleted: 'TrawlSoftDeleted',
  notStarted: 'TrawlNotStarted',
};

const readable: readonly MailboxClass[] = ['user', 'linked', 'shared', 'room', 'equipment', 'other', 'archive'];

function isFresh({ classified }: Mailbox, { code, nowMs }: { code: string | null; nowMs: number }): boolean {
  return classified !== null && classified.code === code && nowMs - classified.at.getTime() < weekMs;
}

/** Faults that say something of the credential or of the limits go on up; others only leave a class unknown. */
function concernsOnlyThis(error: unknown): error is GraphError {
  return error instanceof GraphError && error.class !== 'unauthorised' && error.class !== 'throttled';
}

/**
 * The class of a mailbox that can be read. Asked for at first sight, when it could not be read before, and weekly: one
 * request, and one to the directory where the app may not read mailbox settings.
 */
export async function classifyReadable(
  { graph, directory, record }: Asking,
  mailbox: Required<CallOptions>,
): Promise<Partial<MailboxKind>> {
  const at = new Date();
  if (record.archiveOf !== null || isFresh(record, { code: null, nowMs: at.getTime() })) return {};
  const userId = record.mailboxId;
  try {
    const purpose = await retrying(() => graph.getUserPurpose({ userId }, mailbox), mailbox.signal).catch((error: unknown) => {
      if (concernsOnlyThis(error)) return null;
      throw error;
    });
    const found = classOfPurpose(purpose) ?? classOfReadable(toHints(await askDirectory({ graph, directory, record })));
    return { class: found, classified: { at, code: null } };
  } catch (error) {
    if (!concernsOnlyThis(error)) throw error;
    return readable.includes(record.class) ? {} : { class: 'unknown' };
  }
}

function askDirectory({ graph, directory, record }: Asking) {
  return retrying(() => graph.getUserHints({ userId: record.mailboxId }, directory), directory.signal);
}

/**
 * Why a mailbox that Exchange does not give is not there. The directory is asked when Exchange's code is another than
 * before, and weekly; null when it does not explain anything.
 */
export async function explainAbsence(asking: Asking, code: string): Promise<{ absence: Absence; kind: Partial<MailboxKind> } | null> {
  const { record } = asking;
  const at = new Date();
  if (record.archiveOf !== null) return null;
  const known = absences[record.class];
  if (known !== undefined && isFresh(record, { code, nowMs: at.getTime() }))
    return { absence: { class: record.class, code: known, failed: false }, kind: {} };
  try {
    const absence = absenceOf(code, toHints(await askDirectory(asking)));
    if (absence === null) return null;
    // A failure where a mailbox should be says nothing new of its class.
    const kind = absence.failed ? {} : { class: absence.class, classified: { at, code } };
    return { absence, kind };
  } catch (error) {
    if (!concernsOnlyThis(error)) throw error;
    return null;
  }
}
