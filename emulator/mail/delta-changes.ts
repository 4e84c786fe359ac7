import type { FolderState } from '../data/folder-state.ts';
import { lowerBound } from '../data/folder-view.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { folderId, messageId } from './mail-ids.ts';
import type { SyncToken } from './sync-token.ts';

export interface DeltaParts {
  /** One folder, or all of the mailbox, in the order of their ordinals. */
  readonly folders: readonly FolderState[];
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

interface Entry {
  readonly folder: FolderState;
  readonly seq: number;
  readonly key: string;
  readonly kind: FolderState['log'][number]['kind'];
  readonly isMove?: true;
}

const TYPE = { '@odata.type': '#microsoft.graph.message' } as const;

/** Later rounds: each item that changed once, with its state of now; what is no longer here as removed. */
export function changesPage(context: MailboxContext, parts: DeltaParts): DeltaPage {
  const { token, size } = parts;
  const { until: known, since: began, ...chain } = token;
  const after = token.after ?? 0;
  // An immediate call after a change may see nothing of it yet.
  if (known === undefined && context.plays('delay')) return { value: [], isLast: true, token: { ...chain, after } };
  const until = known ?? context.mailbox.seq;
  const since = began ?? after;
  const entries = entriesOf(parts.folders, { since, until });
  const histories = Map.groupBy(entries, ({ key }) => key);
  const value: object[] = [];
  let position = after;
  for (const [index, entry] of entries.entries()) {
    const { seq, key } = entry;
    if (seq <= after || entries[index + 1]?.key === key || lastSeqOf(parts.folders, key) !== seq) continue;
    // One change may tell two things, an old id and a new one: a page ends only between changes.
    if (value.length >= size && seq !== position) return { value, isLast: false, token: { ...chain, after: position, until, since } };
    position = seq;
    value.push(...told(context, { ...parts, key, history: histories.get(key)! }));
  }
  return { value, isLast: true, token: { ...chain, after: until } };
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
  const { key, history, folders, token, sinceMs } = parts;
  const { changeType } = token;
  const item = mailbox.item(key);
  const here = item && folders.find((folder) => folder.key === item.folderKey);
  const cameBack = folders.length === 1 && here && history.some((entry) => entry.kind === 'out');
  if (!here || (cameBack && request.prefer.immutableIds && context.plays('loseMoveAndBack'))) {
    return changeType === undefined || changeType === 'deleted' ? [removed(context, { key, history, folder: history.at(-1)!.folder })] : [];
  }
  const isNew = history.some((entry) => entry.kind === 'in' && (folders.length === 1 || !entry.isMove));
  if (changeType !== undefined && changeType !== (isNew ? 'created' : 'updated')) return [];
  // Read-state changes are told whatever the filter says: learn.microsoft.com/graph/delta-query-messages.
  if (sinceMs !== undefined && item.receivedMs < sinceMs && !history.some((entry) => entry.kind === 'read')) return [];
  if (history.findLast((entry) => entry.kind === 'in')?.isMove && context.plays('moveOnlyRemoved')) return [];
  if (history.every((entry) => entry.kind === 'read') && context.plays('partialReadState')) {
    const id = messageId(mailbox, item, request.prefer.immutableIds);
    return [{ ...TYPE, id, parentFolderId: folderId(mailbox, here.key), isRead: item.isRead }];
  }
  const left = folders.length > 1 && !request.prefer.immutableIds ? history.find((entry) => entry.kind === 'out') : undefined;
  return [...(left ? [removed(context, { key, history: [], folder: left.folder })] : []), parts.render(key)];
}

/** The id that the item had in this folder. Where a changing id names several stays, the latest one's is given. */
function removed({ mailbox, request }: MailboxContext, parts: { key: string; history: readonly Entry[]; folder: FolderState }): object {
  const { key, folder } = parts;
  const entered = folder.log.findLast((entry) => entry.key === key && entry.kind === 'in')?.seq ?? 0;
  const id = messageId(mailbox, { key, folderKey: folder.key, enteredSeq: entered }, request.prefer.immutableIds);
  return { ...TYPE, id, '@removed': { reason: 'deleted' } };
}

/** A removal of something that never was here, as a first round may hold one too. */
export function removedGhost({ mailbox, request }: MailboxContext): object {
  const id = messageId(mailbox, { key: `ghost${mailbox.seq}`, folderKey: 'inbox', enteredSeq: 0 }, request.prefer.immutableIds);
  return { ...TYPE, id, '@removed': { reason: 'deleted' } };
}
