import type { MailboxChange, MessagePatch, StoredMessage } from './changes.ts';
import { createCalendarStates, type CalendarStates } from './calendar-state.ts';
import { folderView, lowerBound, type FolderView } from './folder-view.ts';
import type { FolderBase, ItemSource, MailboxBase, MessageContent } from './model.ts';

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

export interface FolderState {
  readonly key: string;
  /** Grows with every folder made: the order in which a list walks them. */
  readonly ordinal: number;
  displayName: string;
  parentKey: string | null;
  readonly wellKnown: string | null;
  readonly hidden: boolean;
  readonly search: FolderBase['search'];
  readonly base: ItemSource;
  readonly departed: number[];
  readonly extras: Map<string, ItemState>;
  /** Every change that a delta of this folder tells, oldest first. */
  readonly log: { readonly seq: number; readonly key: string; readonly kind: LogKind }[];
  /** An item's last entry in `log`. */
  readonly lastSeq: Map<string, number>;
  unread: number;
  view: FolderView | undefined;
}

/** Where an item is and what is known of it without making its content. */
export interface ItemView {
  readonly key: string;
  readonly folderKey: string;
  readonly enteredSeq: number;
  readonly changedSeq: number;
  readonly changedMs: number | null;
  readonly receivedMs: number;
  readonly isRead: boolean;
  load(): MessageContent;
}

export interface MailboxState {
  readonly guid: string;
  readonly seq: number;
  readonly calendars: CalendarStates;
  /** Living folders by key, both roots among them. */
  readonly folders: ReadonlyMap<string, FolderState>;
  /** Changes of the folder tree, oldest first, and each folder's last one. */
  readonly folderLog: readonly { readonly seq: number; readonly key: string }[];
  readonly folderLastSeq: ReadonlyMap<string, number>;
  item(key: string): ItemView | undefined;
  view(folder: FolderState): FolderView;
  isPristine(): boolean;
  apply(change: MailboxChange, atMs: number): void;
}

export const EMPTY_ITEMS: ItemSource = {
  count: 0,
  unreadCount: 0,
  keyOf: () => '',
  indexOf: () => -1,
  receivedMs: () => 0,
  isRead: () => true,
  load: () => {
    throw new RangeError('An empty folder has no items');
  },
};

/** One mailbox: the organisation's base beneath, what was changed since above it. Only what changed takes memory. */
export function createMailboxState(base: MailboxBase, contentOf: (message: StoredMessage) => MessageContent): MailboxState {
  const folders = new Map<string, FolderState>(base.folders.map((folder, ordinal) => [folder.key, folderStateOf(folder, ordinal)]));
  const baseItems = new Map(base.folders.map((folder) => [folder.key, folder.items]));
  const items = new Map<string, ItemState>();
  const folderLog: { seq: number; key: string }[] = [];
  const folderLastSeq = new Map<string, number>();
  const calendars = createCalendarStates(base.calendars);
  let seq = 0;

  const stateOf = (key: string): ItemState | undefined => {
    const known = items.get(key);
    if (known) return known;
    const home = base.locate(key);
    const folder = home && folders.get(home.folderKey);
    if (!home || !folder) return undefined;
    const seen = { receivedMs: folder.base.receivedMs(home.index), isRead: folder.base.isRead(home.index) };
    return { key, folderKey: home.folderKey, enteredSeq: 0, changedSeq: 0, changedMs: 0, patch: {}, stored: null, home, ...seen };
  };

  const touchFolder = (key: string) => {
    folderLog.push({ seq, key });
    folderLastSeq.set(key, seq);
  };
  const note = (folder: FolderState, key: string, kind: LogKind) => {
    folder.log.push({ seq, key, kind });
    folder.lastSeq.set(key, seq);
    folder.view = undefined;
    touchFolder(folder.key);
  };
  const leave = (item: ItemState) => {
    const folder = item.folderKey === null ? undefined : folders.get(item.folderKey);
    if (!folder) return;
    if (item.enteredSeq === 0 && item.home) {
      folder.departed.splice(lowerBound(folder.departed.length, (at) => folder.departed[at]! >= item.home!.index), 0, item.home.index);
    } else {
      folder.extras.delete(item.key);
    }
    if (!item.isRead) folder.unread--;
    note(folder, item.key, 'out');
  };
  const enter = (item: ItemState, folderKey: string) => {
    const folder = folders.get(folderKey);
    item.folderKey = folderKey;
    item.enteredSeq = seq;
    if (!folder) return;
    folder.extras.set(item.key, item);
    if (!item.isRead) folder.unread++;
    note(folder, item.key, 'in');
  };
  const edit = (item: ItemState, patch: MessagePatch) => {
    const folder = item.folderKey === null ? undefined : folders.get(item.folderKey);
    if (patch.isRead !== undefined && folder && patch.isRead !== item.isRead) folder.unread += patch.isRead ? -1 : 1;
    item.isRead = patch.isRead ?? item.isRead;
    item.patch = { ...item.patch, ...patch };
    if (folder) note(folder, item.key, Object.keys(patch).every((name) => name === 'isRead') ? 'read' : 'edit');
  };

  const applyToItem = (change: Extract<MailboxChange, { op: `message.${string}` }>, atMs: number) => {
    if (change.op === 'message.add') {
      const { receivedMs, isRead } = change.message;
      const state = { key: change.key, folderKey: null, enteredSeq: seq, changedSeq: seq, changedMs: atMs, receivedMs, isRead, patch: {} };
      const added: ItemState = { ...state, stored: change.message, home: null };
      items.set(added.key, added);
      return enter(added, change.folder);
    }
    const item = stateOf(change.key);
    if (!item || item.folderKey === null) return;
    items.set(item.key, item);
    item.changedSeq = seq;
    item.changedMs = atMs;
    if (change.op === 'message.edit') return edit(item, change.patch);
    leave(item);
    item.folderKey = null;
    if (change.op === 'message.move') enter(item, change.folder);
  };

  const applyToFolder = (change: Extract<MailboxChange, { op: `folder.${string}` }>) => {
    const existing = folders.get(change.key);
    if (change.op === 'folder.add') {
      const { key, parent, displayName, hidden } = change;
      const made = { key, parentKey: parent, displayName, hidden, wellKnown: null, search: null, items: EMPTY_ITEMS };
      folders.set(key, folderStateOf(made, base.folders.length + seq));
    } else if (!existing) {
      return;
    } else if (change.op === 'folder.edit') {
      existing.displayName = change.displayName ?? existing.displayName;
      if (change.parent !== undefined && existing.parentKey !== null) touchFolder(existing.parentKey);
      existing.parentKey = change.parent ?? existing.parentKey;
    } else {
      for (const key of subtree(folders, change.key)) {
        folders.delete(key);
        touchFolder(key);
      }
    }
    const parentKey = change.op === 'folder.delete' ? existing?.parentKey : folders.get(change.key)?.parentKey;
    if (parentKey) touchFolder(parentKey);
    touchFolder(change.key);
  };

  return {
    guid: base.guid,
    get seq() {
      return seq;
    },
    calendars,
    folders,
    folderLog,
    folderLastSeq,
    item: (key) => {
      const state = stateOf(key);
      if (!state || state.folderKey === null || !folders.has(state.folderKey)) return undefined;
      return itemView(state, { baseItems, contentOf });
    },
    view: (folder) => (folder.view ??= folderView({ base: folder.base, departed: folder.departed, extras: folder.extras.values() })),
    isPristine: () => seq === 0,
    apply: (change, atMs) => {
      seq++;
      if (change.op.startsWith('event.')) calendars.apply(change as Extract<MailboxChange, { op: `event.${string}` }>, { seq, atMs });
      else if (change.op.startsWith('folder.')) applyToFolder(change as Extract<MailboxChange, { op: `folder.${string}` }>);
      else applyToItem(change as Extract<MailboxChange, { op: `message.${string}` }>, atMs);
    },
  };
}

function folderStateOf(folder: FolderBase, ordinal: number): FolderState {
  const { key, displayName, parentKey, wellKnown, hidden, search, items } = folder;
  const lists = { departed: [], extras: new Map(), log: [], lastSeq: new Map(), view: undefined };
  return { key, ordinal, displayName, parentKey, wellKnown, hidden, search, base: items, unread: items.unreadCount, ...lists };
}

function itemView(
  state: ItemState,
  deps: { baseItems: ReadonlyMap<string, ItemSource>; contentOf: (message: StoredMessage) => MessageContent },
): ItemView {
  const load = () => {
    const content = state.stored ? deps.contentOf(state.stored) : deps.baseItems.get(state.home!.folderKey)!.load(state.home!.index);
    return { ...content, ...state.patch, isRead: state.isRead };
  };
  const { key, folderKey, enteredSeq, changedSeq, changedMs, receivedMs, isRead } = state;
  return { key, folderKey: folderKey!, enteredSeq, changedSeq, changedMs: changedSeq === 0 ? null : changedMs, receivedMs, isRead, load };
}

/** The keys of a folder and of all folders beneath it. */
export function subtree(folders: ReadonlyMap<string, FolderState>, rootKey: string): string[] {
  const found = [rootKey];
  for (let index = 0; index < found.length; index++) {
    for (const folder of folders.values()) if (folder.parentKey === found[index]) found.push(folder.key);
  }
  return found;
}
