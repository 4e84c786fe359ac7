/**
 * Names that Graph takes in place of a folder's id, whatever the language of the mailbox
 * (learn.microsoft.com/graph/api/resources/mailfolder).
 */
export const wellKnownFolders = [
  'archive',
  'clutter',
  'conflicts',
  'conversationhistory',
  'deleteditems',
  'drafts',
  'inbox',
  'junkemail',
  'localfailures',
  'msgfolderroot',
  'outbox',
  'recoverableitemsdeletions',
  'recoverableitemsroot',
  'scheduled',
  'sentitems',
  'serverfailures',
  'syncissues',
] as const;

/** A folder with all below it: by names from the top, or from a well-known folder on. */
export interface FolderRule {
  /** Well-known name of the folder that the names begin at; null for the mailbox's root. */
  from: string | null;
  /** Folded names of the folders on the way; empty for the folder of `from` itself. */
  names: string[];
}

const prefix = /^wellknown:/i;

/** Exchange lets no two folders of one parent differ by case alone. */
export function foldFolderName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** A slash inside a folder's name must not look like a border between two. */
export function escapeFolderName(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2F');
}

function unescapeFolderName(text: string): string {
  return text.replaceAll(/%2f/gi, '/').replaceAll('%25', '%');
}

/**
 * Reads a pattern of a source's policy: a path as documents have it (`Inbox/Projects`; a slash in a name is `%2F`),
 * or a well-known name, which may lead on (`wellKnown:deleteditems`, `wellKnown:inbox/Projects`).
 */
export function readFolderRule(pattern: string): FolderRule {
  const isWellKnown = prefix.test(pattern);
  const segments = pattern.replace(prefix, '').split('/').filter(Boolean);
  const from = isWellKnown ? (segments.shift()?.toLowerCase() ?? null) : null;
  return { from, names: segments.map((segment) => foldFolderName(unescapeFolderName(segment))) };
}

/** Says what is wrong with a pattern, with the remedy; null when it is well. A typing error must not widen what is read. */
export function folderRuleProblem(pattern: string): string | null {
  const { from, names } = readFolderRule(pattern);
  if (!prefix.test(pattern))
    return names.length > 0 ? null : 'A folder is named by its path, such as Inbox/Projects, or by wellKnown: and a name';
  if (from !== null && (wellKnownFolders as readonly string[]).includes(from)) return null;
  return `There is no well-known folder of this name; known are ${wellKnownFolders.join(', ')}`;
}
