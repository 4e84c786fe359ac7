import type { Capability } from '../contract/capabilities.ts';
import type { ScopeMailbox } from '../contract/connection-test.ts';
import type { MailboxClass } from '../contract/mailbox-class.ts';
import type { GraphUser } from '../graph/types.ts';
import { absenceOf, classOfPurpose, classOfReadable, toHints, type DirectoryHints } from './mailbox-class.ts';
import { toResolvedUser } from './resolved-user.ts';
import type { MailboxSample } from './sample-mailboxes.ts';
import type { Testing } from './testing.ts';
import { askDirectory } from './try-directory.ts';
import type { MailboxFindings } from './try-mailbox.ts';

/** At most so many are tried, so that some that are not there leave others to tell something. */
const mostSampled = 45;

const isGuest = ({ userType }: GraphUser) => userType?.toLowerCase() === 'guest';

/** Some of a list, from all over it. */
function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)]!);
}

/** Mailboxes of a scope that are worth a try, from all over it: enabled members first, then members, then guests. */
export function samplesOf(users: readonly GraphUser[]): MailboxSample[] {
  const members = users.filter((user) => !isGuest(user));
  const enabled = members.filter(({ accountEnabled }) => accountEnabled !== false);
  const others = members.filter(({ accountEnabled }) => accountEnabled === false);
  return [enabled, others, users.filter(isGuest)]
    .flatMap((some) => spread(some, mostSampled))
    .slice(0, mostSampled)
    .map((user) => ({ mailboxId: user.id, address: toResolvedUser(user).address, code: null }));
}

async function hintsOf(testing: Testing, userId: string): Promise<DirectoryHints | null> {
  const ask = (options: Parameters<Testing['inspector']['getUserHints']>[1]) => testing.inspector.getUserHints({ userId }, options);
  const { found } = await askDirectory(testing, { call: 'getUserHints', ask });
  return found === null ? null : toHints(found);
}

const untold = ['TrawlMailboxBusy', 'TrawlTimeout'];

/** Class of a mailbox, and why it is not there, as a crawl would find them out. */
async function classify(
  testing: Testing,
  { mailboxId, code, purpose }: MailboxFindings,
): Promise<{ class: MailboxClass; code: string | null }> {
  const told = classOfPurpose(purpose ?? null);
  if (code === null && told !== null) return { class: told, code };
  if (code !== null && untold.includes(code)) return { class: 'unknown', code };
  const hints = await hintsOf(testing, mailboxId);
  if (hints === null) return { class: told ?? 'unknown', code };
  if (code === null) return { class: classOfReadable(hints), code };
  const absence = absenceOf(code, hints);
  return absence === null ? { class: 'unknown', code } : { class: absence.class, code: absence.code };
}

function stateOf({ code, found }: MailboxFindings, wanted: readonly Capability[]): Pick<ScopeMailbox, 'state' | 'refused' | 'code'> {
  if (code !== null) return { state: untold.includes(code) ? 'cannotTell' : 'absent', refused: [], code };
  const refused = wanted.filter((capability) => found[capability]?.outcome === 'refused');
  const mail = found.mail ?? { outcome: 'cannotTell' as const, code: null };
  if (mail.outcome === 'refused') return { state: 'refused', refused, code: mail.code };
  if (mail.outcome !== 'readable') return { state: 'cannotTell', refused, code: mail.code };
  const why = refused.map((capability) => found[capability]?.code ?? null)[0] ?? null;
  return { state: refused.length > 0 ? 'partly' : 'readable', refused, code: why };
}

/** What came of trying a mailbox of the scope, for the report. */
export async function describeSample(
  testing: Testing,
  { tried, user, wanted }: { tried: MailboxFindings; user: GraphUser; wanted: readonly Capability[] },
): Promise<ScopeMailbox> {
  const { address, displayName } = toResolvedUser(user);
  const state = stateOf(tried, wanted);
  const known = await classify(testing, tried);
  const { folders = null, emptyFolders = null, items = null } = tried.counts ?? {};
  return {
    ...{ mailboxId: tried.mailboxId, address, displayName, class: known.class },
    ...{ ...state, code: known.code ?? state.code },
    ...{ folders, emptyFolders, items },
  };
}

/** A mailbox that was listed and not tried. */
export function untriedMailbox(user: GraphUser): ScopeMailbox {
  const { mailboxId, address, displayName } = toResolvedUser(user);
  return {
    ...{ mailboxId, address, displayName, class: isGuest(user) ? 'guest' : 'unknown', state: 'notTried', code: null },
    ...{ refused: [], folders: null, emptyFolders: null, items: null },
  };
}
