import type { CalendarHost } from './calendar-changes.ts';
import { createCalendarStates, type CalendarStates } from './calendar-state.ts';
import type { ItemFault, MailboxChange, MailboxSettings, MessagePatch, StoredMessage } from './changes.ts';
import { folderStateOf, type FolderState, type ItemState } from './folder-state.ts';
import { folderView, type FolderView } from './folder-view.ts';
import { applyToFolder, applyToItem, stateOf, type FolderLogEntry, type GoneFolder, type MailboxCore } from './mailbox-changes.ts';
import type { ItemSource, MailboxBase, MessageContent } from './model.ts';

/** Where an item is and what is known of it without making its content. */
export interface ItemView {
  readonly key: string;
  readonly folderKey: string;
  readonly enteredSeq: number;
  readonly changedSeq: number;
  /** Null while it is as it came. */
  readonly changedMs: number | null;
  readonly receivedMs: number;
  readonly isRead: boolean;
  load(): MessageContent;
}

export interface MailboxState {
  readonly guid: string;
  readonly seq: number;
  readonly calendars: CalendarStates;
  readonly settings: MailboxSettings;
  /** Living folders by key, both roots among them. */
  readonly folders: ReadonlyMap<string, FolderState>;
  /** Changes of the folder tree, oldest first, and each folder's last one. */
  readonly folderLog: readonly FolderLogEntry[];
  readonly folderLastSeq: ReadonlyMap<string, number>;
  /** Folders that were deleted for good, with all that was in them. */
  readonly goneFolders: ReadonlyMap<string, GoneFolder>;
  item(key: string): ItemView | undefined;
  /** What Exchange shall fail with on this item. */
  faultOf(key: string): ItemFault | undefined;
  view(folder: FolderState): FolderView;
  isPristine(): boolean;
  apply(change: MailboxChange, atMs: number): void;
}

type ChangeOf<Kind extends string> = Extract<MailboxChange, { op: `${Kind}.${string}` }>;

/** One mailbox: the organisation's base beneath, what was changed since above it. Only what changed takes memory. */
export function createMailboxState(
  base: MailboxBase,
  contentOf: (message: StoredMessage) => MessageContent,
  calendarsOf?: (owner: string) => CalendarHost | undefined,
): MailboxState {
  const folders = new Map<string, FolderState>(base.folders.map((folder, ordinal) => [folder.key, folderStateOf(folder, ordinal)]));
  const core: MailboxCore = {
    seq: 0,
    base,
    folders,
    items: new Map(),
    folderLog: [],
    folderLastSeq: new Map(),
    goneFolders: new Map(),
    faults: new Map(),
  };
  const baseItems = new Map(base.folders.map((folder) => [folder.key, folder.items]));
  let settings: MailboxSettings = { overQuota: false, neverStarted: false };
  const calendars = createCalendarStates(base.calendars, calendarsOf);
  return {
    guid: base.guid,
    get seq() {
      return core.seq;
    },
    calendars,
    get settings() {
      return settings;
    },
    folders,
    folderLog: core.folderLog,
    folderLastSeq: core.folderLastSeq,
    goneFolders: core.goneFolders,
    item: (key) => {
      const state = stateOf(core, key);
      if (!state || state.folderKey === null || !folders.has(state.folderKey)) return undefined;
      return itemView(state, { baseItems, contentOf });
    },
    faultOf: (key) => core.faults.get(key),
    view: (folder) => (folder.view ??= folderView({ base: folder.base, departed: folder.departed, extras: folder.extras.values() })),
    isPristine: () => core.seq === 0,
    apply: (change, atMs) => {
      core.seq++;
      if (change.op === 'mailbox.set') settings = { ...settings, ...change.settings };
      else if (/^(event|calendar|calendarGroup)\./.test(change.op))
        calendars.apply(change as ChangeOf<'event' | 'calendar' | 'calendarGroup'>, { seq: core.seq, atMs });
      else if (change.op.startsWith('folder.')) applyToFolder(core, change as ChangeOf<'folder'>);
      else applyToItem(core, change as ChangeOf<'message'>, atMs);
    },
  };
}

function itemView(
  state: ItemState,
  deps: { baseItems: ReadonlyMap<string, ItemSource>; contentOf: (message: StoredMessage) => MessageContent },
): ItemView {
  const load = () => {
    const content = state.stored ? deps.contentOf(state.stored) : deps.baseItems.get(state.home!.folderKey)!.load(state.home!.index);
    const { attachments, ...patch } = state.patch;
    const replaced = attachments && deps.contentOf({ receivedMs: state.receivedMs, isRead: state.isRead, attachments }).attachments;
    const { mime, ...parts } = content;
    const asItCame = mime && !isRewritten(state.patch) ? { mime } : {};
    return { ...parts, ...asItCame, ...patch, ...(replaced ? { attachments: replaced } : {}), isRead: state.isRead };
  };
  const { key, folderKey, enteredSeq, changedSeq, changedMs, receivedMs, isRead } = state;
  return { key, folderKey: folderKey!, enteredSeq, changedSeq, changedMs: changedSeq === 0 ? null : changedMs, receivedMs, isRead, load };
}

const IN_MIME = ['subject', 'body', 'from', 'sender', 'to', 'cc', 'bcc', 'replyTo', 'internetMessageId', 'attachments'] as const;

/** After such a change the bytes that the message came as are no longer the message. */
function isRewritten(patch: MessagePatch): boolean {
  return IN_MIME.some((name) => patch[name] !== undefined);
}
