import type { ItemFault, MailboxChange, MessagePatch } from './changes.ts';
import { folderStateOf, subtree, type FolderState, type ItemState, type LogEntry } from './folder-state.ts';
import { lowerBound } from './folder-view.ts';
import { EMPTY_ITEMS, type MailboxBase } from './model.ts';

export interface FolderLogEntry {
  readonly seq: number;
  readonly key: string;
  /** The parent that the folder was moved away from. */
  readonly left?: string;
}

/** What a mailbox's changes work on. */
export interface MailboxCore {
  /** One more with each change. */
  seq: number;
  readonly base: MailboxBase;
  readonly folders: Map<string, FolderState>;
  /** Only items that are no longer as the base has them. */
  readonly items: Map<string, ItemState>;
  readonly folderLog: FolderLogEntry[];
  readonly folderLastSeq: Map<string, number>;
  /** Folders that were deleted for good, as they were then. */
  readonly goneFolders: Map<string, GoneFolder>;
  readonly faults: Map<string, ItemFault>;
}

export interface GoneFolder {
  readonly seq: number;
  readonly folder: FolderState;
}

/** An item as it is; untouched ones get their state made from the base, without being kept. */
export function stateOf(core: MailboxCore, key: string): ItemState | undefined {
  const known = core.items.get(key);
  if (known) return known;
  const home = core.base.locate(key);
  const folder = home && core.folders.get(home.folderKey);
  if (!home || !folder) return undefined;
  const seen = { receivedMs: folder.base.receivedMs(home.index), isRead: folder.base.isRead(home.index) };
  return { key, folderKey: home.folderKey, enteredSeq: 0, changedSeq: 0, changedMs: 0, patch: {}, stored: null, home, ...seen };
}

export function applyToItem(core: MailboxCore, change: Extract<MailboxChange, { op: `message.${string}` }>, atMs: number): void {
  const { seq } = core;
  if (change.op === 'message.mark') {
    if (change.fault === null) core.faults.delete(change.key);
    else core.faults.set(change.key, change.fault);
    return;
  }
  if (change.op === 'message.add') {
    const { receivedMs, isRead } = change.message;
    const place = { key: change.key, folderKey: null, enteredSeq: seq, changedSeq: seq, changedMs: atMs };
    const added: ItemState = { ...place, receivedMs, isRead, patch: {}, stored: change.message, home: null };
    core.items.set(added.key, added);
    return enter(core, added, change.folder);
  }
  const item = stateOf(core, change.key);
  if (!item || item.folderKey === null) return;
  core.items.set(item.key, item);
  item.changedSeq = seq;
  item.changedMs = atMs;
  if (change.op === 'message.edit') return edit(core, item, change.patch);
  leave(core, item);
  item.folderKey = null;
  if (change.op === 'message.move') enter(core, item, change.folder, true);
}

export function applyToFolder(core: MailboxCore, change: Extract<MailboxChange, { op: `folder.${string}` }>): void {
  const { folders } = core;
  const existing = folders.get(change.key);
  if (change.op === 'folder.add') {
    const { key, parent, displayName, hidden, search = null } = change;
    const made = { key, parentKey: parent, displayName, hidden, wellKnown: null, search, items: EMPTY_ITEMS };
    folders.set(key, folderStateOf(made, core.base.folders.length + core.seq));
  } else if (!existing) {
    return;
  } else if (change.op === 'folder.edit') {
    existing.displayName = change.displayName ?? existing.displayName;
    if (change.parent !== undefined && existing.parentKey !== null) {
      touchFolder(core, existing.parentKey);
      core.folderLog.push({ seq: core.seq, key: change.key, left: existing.parentKey });
    }
    existing.parentKey = change.parent ?? existing.parentKey;
    existing.search = change.search ?? existing.search;
  } else {
    for (const key of subtree(folders, change.key)) {
      core.goneFolders.set(key, { seq: core.seq, folder: folders.get(key)! });
      folders.delete(key);
      touchFolder(core, key);
    }
  }
  const parentKey = change.op === 'folder.delete' ? existing?.parentKey : folders.get(change.key)?.parentKey;
  if (parentKey) touchFolder(core, parentKey);
  touchFolder(core, change.key);
}

function leave(core: MailboxCore, item: ItemState): void {
  const folder = item.folderKey === null ? undefined : core.folders.get(item.folderKey);
  if (!folder) return;
  if (item.enteredSeq === 0 && item.home) {
    const { index } = item.home;
    folder.departed.splice(
      lowerBound(folder.departed.length, (at) => folder.departed[at]! >= index),
      0,
      index,
    );
  } else {
    folder.extras.delete(item.key);
  }
  if (!item.isRead) folder.unread--;
  note(core, folder, { key: item.key, kind: 'out', enteredSeq: item.enteredSeq });
}

function enter(core: MailboxCore, item: ItemState, folderKey: string, isMove = false): void {
  const folder = core.folders.get(folderKey);
  item.folderKey = folderKey;
  item.enteredSeq = core.seq;
  if (!folder) return;
  folder.extras.set(item.key, item);
  if (!item.isRead) folder.unread++;
  note(core, folder, { key: item.key, kind: 'in', ...(isMove ? { isMove } : {}) });
}

function edit(core: MailboxCore, item: ItemState, patch: MessagePatch): void {
  const folder = item.folderKey === null ? undefined : core.folders.get(item.folderKey);
  if (patch.isRead !== undefined && folder && patch.isRead !== item.isRead) folder.unread += patch.isRead ? -1 : 1;
  item.isRead = patch.isRead ?? item.isRead;
  item.receivedMs = patch.receivedMs ?? item.receivedMs;
  item.patch = { ...item.patch, ...patch };
  if (folder) note(core, folder, { key: item.key, kind: Object.keys(patch).every((name) => name === 'isRead') ? 'read' : 'edit' });
}

function note(core: MailboxCore, folder: FolderState, entry: Omit<LogEntry, 'seq'>): void {
  folder.log.push({ seq: core.seq, ...entry });
  folder.lastSeq.set(entry.key, core.seq);
  folder.view = undefined;
  touchFolder(core, folder.key);
}

function touchFolder(core: MailboxCore, key: string): void {
  core.folderLog.push({ seq: core.seq, key });
  core.folderLastSeq.set(key, core.seq);
}
