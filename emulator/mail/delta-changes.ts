import type { FolderState, LogEntry } from '../data/folder-state.ts';
import { lowerBound } from '../data/folder-view.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { ROOT_KEY } from '../data/well-known-folders.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { folderId, messageId } from './mail-ids.ts';
import type { SyncToken } from './sync-token.ts';

export interface DeltaParts {
  /** One folder, or all of the mailbox, in the order of their ordinals. */
  readonly folders: readonly FolderState[];
  readonly isWholeMailbox: boolean;
  readonly token: SyncToken;
  readonly size: number;
  readonly sinceMs: number | undefined;
  render(key: string): object;
}

/** What a page holds, and the state after it. */
export interface DeltaPage {
  readonly value: readonly object[];
  readonly token: SyncToken;
  readonly isLast: boolean;
}

type Entry = LogEntry & { readonly folder: FolderState };

const TYPE = { '@odata.type': '#microsoft.graph.message' } as const;

/** Later rounds: each item that changed once, with its state of now; what is no longer here as removed. */
export function changesPage(context: MailboxContext, parts: DeltaParts): DeltaPage {
  const { token, size } = parts;
  const { until: known, since: began, gone: goneTold = 0, ...chain } = token;
  const after = token.after ?? 0;
  // An immediate call after a change may see nothing of it yet.
  if (known === undefined && context.plays('delay')) return { value: [], isLast: true, token: { ...chain, after } };
  const until = known ?? context.mailbox.seq;
  const since = began ?? after;
  const gone = parts.isWholeMailbox ? goneFolders(context.mailbox, since) : [];
  const logged = [...parts.folders, ...gone.map(({ folder }) => folder)];
  const entries = entriesOf(logged, { since, until });
  const histories = Map.groupBy(entries, ({ key }) => key);
  const value: object[] = [];
  let position = after;
  for (const entry of entries) {
    const { seq, key } = entry;
    const history = histories.get(key)!;
    if (seq <= after || history.at(-1) !== entry) continue;
    // The next round tells what changed since, but knows nothing of the ids that ended in this one.
    const isChangedSince = lastSeqOf(logged, key) !== seq;
    if (isChangedSince && (context.request.prefer.immutableIds || history.every(({ kind }) => kind !== 'out'))) continue;
    // One change may tell two things, an old id and a new one: a page ends only between changes.
    if (value.length >= size && seq !== position) return { value, isLast: false, token: { ...chain, after: position, until, since } };
    position = seq;
    value.push(...(isChangedSince ? endedStays(context, { token, history }) : told(context, { ...parts, key, history })));
  }
  const goneNow = gone.filter(({ seq }) => seq <= until).map(({ folder }) => folder);
  const goneKeys = keysOf(context.mailbox, goneNow, { from: goneTold, most: Math.max(0, size - value.length) });
  if (token.changeType === undefined || token.changeType === 'deleted') value.push(...goneKeys.items.map((item) => removed(context, item)));
  const isLast = !goneKeys.isMore;
  const rest = { after: until, until, since, gone: goneTold + goneKeys.items.length };
  return { value, isLast, token: isLast ? { ...chain, after: until } : { ...chain, ...rest } };
}

/** Folders of the mailbox that were deleted for good since: all that was in them is gone with them. */
function goneFolders(mailbox: MailboxState, since: number): { seq: number; folder: FolderState }[] {
  return [...mailbox.goneFolders.values()].filter(({ seq, folder }) => seq > since && isBelowRoot(mailbox, folder));
}

function isBelowRoot(mailbox: MailboxState, folder: FolderState): boolean {
  let at: FolderState | undefined = folder;
  while (at && at.key !== ROOT_KEY) {
    const { parentKey }: FolderState = at;
    at = parentKey === null ? undefined : (mailbox.folders.get(parentKey) ?? mailbox.goneFolders.get(parentKey)?.folder);
  }
  return at !== undefined;
}

/** Some of the messages that folders held when they were deleted. */
function keysOf(
  mailbox: MailboxState,
  gone: readonly FolderState[],
  part: { from: number; most: number },
): { items: Stay[]; isMore: boolean } {
  const items: Stay[] = [];
  let skip = part.from;
  for (const folder of gone) {
    const view = mailbox.view(folder);
    for (let at = Math.min(skip, view.count); at < view.count; at++) {
      if (items.length >= part.most) return { items, isMore: true };
      const key = view.keyAt(at);
      items.push({ folder, key, enteredSeq: folder.extras.get(key)?.enteredSeq ?? 0 });
    }
    skip = Math.max(0, skip - view.count);
  }
  return { items, isMore: false };
}

/** The log of all folders, oldest first; what left one folder stands before what came into another by the same change. */
function entriesOf(folders: readonly FolderState[], round: { since: number; until: number }): Entry[] {
  const entries = folders.flatMap((folder) => {
    const from = lowerBound(folder.log.length, (index) => folder.log[index]!.seq > round.since);
    const upTo = lowerBound(folder.log.length, (index) => folder.log[index]!.seq > round.until);
    return folder.log.slice(from, upTo).map((entry): Entry => ({ folder, ...entry }));
  });
  return folders.length === 1 ? entries : entries.toSorted((a, b) => a.seq - b.seq || Number(a.kind === 'in') - Number(b.kind === 'in'));
}

function lastSeqOf(folders: readonly FolderState[], key: string): number {
  return folders.reduce((last, folder) => Math.max(last, folder.lastSeq.get(key) ?? 0), 0);
}

function told(context: MailboxContext, parts: DeltaParts & { key: string; history: readonly Entry[] }): object[] {
  const { mailbox, request } = context;
  const { key, history, folders, token, sinceMs, isWholeMailbox } = parts;
  const { changeType } = token;
  const ended = endedStays(context, { token, history });
  const item = mailbox.item(key);
  const here = item && folders.find((folder) => folder.key === item.folderKey);
  const cameBack = !isWholeMailbox && here && ended.length > 0;
  if (!here || (cameBack && request.prefer.immutableIds && context.plays('loseMoveAndBack'))) return ended;
  const isNew = history.some((entry) => entry.kind === 'in' && (!isWholeMailbox || !entry.isMove));
  const oldIds = request.prefer.immutableIds ? [] : ended;
  if (changeType !== undefined && changeType !== (isNew ? 'created' : 'updated')) return oldIds;
  // Read-state changes are told whatever the filter says: learn.microsoft.com/graph/delta-query-messages.
  if (sinceMs !== undefined && item.receivedMs < sinceMs && !history.some((entry) => entry.kind === 'read')) return oldIds;
  if (history.findLast((entry) => entry.kind === 'in')?.isMove && context.plays('moveOnlyRemoved')) return oldIds;
  if (history.every((entry) => entry.kind === 'read') && context.plays('partialReadState')) {
    const id = messageId(mailbox, item, request.prefer.immutableIds);
    return [{ ...TYPE, id, parentFolderId: folderId(mailbox, here.key), isRead: item.isRead }];
  }
  return [...oldIds, parts.render(key)];
}

/** An item's time in a folder. */
interface Stay {
  readonly folder: FolderState;
  readonly key: string;
  readonly enteredSeq: number;
}

/** Every stay that ended in this round: ids that change name each of them, the immutable one names all. */
function endedStays(context: MailboxContext, of: { token: SyncToken; history: readonly Entry[] }): object[] {
  const { token, history } = of;
  if (token.changeType !== undefined && token.changeType !== 'deleted') return [];
  const ends = history.filter((entry) => entry.kind === 'out');
  const named = context.request.prefer.immutableIds ? ends.slice(-1) : ends;
  return named.map(({ folder, key, enteredSeq = 0 }) => removed(context, { folder, key, enteredSeq }));
}

function removed({ mailbox, request }: MailboxContext, { folder, key, enteredSeq }: Stay): object {
  const id = messageId(mailbox, { key, folderKey: folder.key, enteredSeq }, request.prefer.immutableIds);
  return { ...TYPE, id, '@removed': { reason: 'deleted' } };
}

/** A removal of something that never was here, as a first round may hold one too. */
export function removedGhost({ mailbox, request }: MailboxContext): object {
  const id = messageId(mailbox, { key: `ghost${mailbox.seq}`, folderKey: 'inbox', enteredSeq: 0 }, request.prefer.immutableIds);
  return { ...TYPE, id, '@removed': { reason: 'deleted' } };
}
