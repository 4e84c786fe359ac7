import type { Mailbox } from '../contract/mailbox.ts';
import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

/** The id of a folder that Graph knows by name, whatever it is called in the mailbox's language; null when there is none. */
export async function findWellKnown(mailbox: MailboxWork, name: string): Promise<string | null> {
  const { graph, at, signal } = mailbox;
  try {
    return (await retrying(() => graph.getFolder({ userId: at.mailboxId, folderId: name }, callOptions(mailbox)), signal)).id;
  } catch (error) {
    if (error instanceof GraphError && (error.class === 'notFound' || error.class === 'badRequest')) return null;
    throw error;
  }
}

/**
 * Ids of the well-known folders that the policy names. Each is asked for once and kept in the mailbox's record; again only
 * when the folder tree has changed and the mailbox did not have it, or has it no more.
 */
export async function wellKnownIds(
  mailbox: MailboxWork,
  asked: { names: readonly string[]; record: Mailbox; treeChanged: boolean; isThere: (folderId: string) => boolean },
): Promise<Map<string, string | null>> {
  const { names, record, treeChanged, isThere } = asked;
  const known = new Map<string, string | null>();
  for (const name of names) {
    const cached = record.wellKnownFolders[name];
    const mayDiffer = cached === undefined || (treeChanged && (cached === null || !isThere(cached)));
    known.set(name, mayDiffer ? await findWellKnown(mailbox, name) : cached);
  }
  const changed = [...known].some(([name, id]) => record.wellKnownFolders[name] !== id);
  if (changed) {
    const wellKnownFolders = { ...record.wellKnownFolders, ...Object.fromEntries(known) };
    await mailbox.store.mailboxes.setKind({ ...mailbox.at, kind: { wellKnownFolders } });
  }
  return known;
}
