import type { FolderView } from './folder-view.ts';
import type { MessagePatch, StoredMessage } from './changes.ts';
import type { FolderBase, ItemSource } from './model.ts';

/** An item that is no longer as the base has it. Untouched items have no state at all. */
export interface ItemState {
  readonly key: string;
  /** Null once it was deleted for good. */
  folderKey: string | null;
  /** 0 while the item is where the base put it. */
  enteredSeq: number;
  changedSeq: number;
  changedMs: number;
  receivedMs: number;
  isRead: boolean;
  patch: MessagePatch;
  readonly stored: StoredMessage | null;
  readonly home: { readonly folderKey: string; readonly index: number } | null;
}

/** What a log entry tells of an item: it came, it went, its read state changed, or anything else of it did. */
export type LogKind = 'in' | 'out' | 'read' | 'edit';

export interface LogEntry {
  readonly seq: number;
  readonly key: string;
  readonly kind: LogKind;
  readonly isMove?: true;
  /** Of an item that went: when it had come. */
  readonly enteredSeq?: number;
}

export interface FolderState {
  readonly key: string;
  /** Grows with every folder made: the order in which a list walks them. */
  readonly ordinal: number;
  displayName: string;
  parentKey: string | null;
  readonly wellKnown: string | null;
  readonly hidden: boolean;
  search: FolderBase['search'];
  readonly base: ItemSource;
  readonly departed: number[];
  readonly extras: Map<string, ItemState>;
  /** Every change that a delta of this folder tells, oldest first. */
  readonly log: LogEntry[];
  /** An item's last entry in `log`. */
  readonly lastSeq: Map<string, number>;
  unread: number;
  view: FolderView | undefined;
}

/** A folder that nothing was changed in. */
export function folderStateOf(folder: FolderBase, ordinal: number): FolderState {
  const { key, displayName, parentKey, wellKnown, hidden, search, items } = folder;
  const lists = { departed: [], extras: new Map(), log: [], lastSeq: new Map(), view: undefined };
  return { key, ordinal, displayName, parentKey, wellKnown, hidden, search, base: items, unread: items.unreadCount, ...lists };
}

/** The keys of a folder and of all folders beneath it. */
export function subtree(folders: ReadonlyMap<string, FolderState>, rootKey: string): string[] {
  const childrenOf = new Map<string | null, string[]>();
  for (const { key, parentKey } of folders.values()) {
    const children = childrenOf.get(parentKey);
    if (children) children.push(key);
    else childrenOf.set(parentKey, [key]);
  }
  const found = [rootKey];
  for (let index = 0; index < found.length; index++) found.push(...(childrenOf.get(found[index]!) ?? []));
  return found;
}
