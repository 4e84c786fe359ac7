import type { FolderState } from '../data/folder-state.ts';
import { lowerBound, type ExtraItem } from '../data/folder-view.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import type { WalkPosition } from './sync-token.ts';

export interface WalkFrom {
  readonly mailbox: Pick<MailboxState, 'view'>;
  readonly position: WalkPosition;
  /** What came in after this change is told by the next round. */
  readonly startSeq: number;
  readonly most: number;
  readonly sinceMs: number | undefined;
}

/**
 * The first round: what the folders hold, each newest first. `folders` are in the order of their ordinals. The position
 * names items, never counts, so that nothing is missed or given twice when items come and go between two pages.
 */
export function walkFolders(folders: readonly FolderState[], from: WalkFrom): { keys: string[]; next: WalkPosition | undefined } {
  const keys: string[] = [];
  let position = from.position;
  for (const folder of folders) {
    if (folder.ordinal < position.folder) continue;
    if (folder.ordinal > position.folder) position = startOf(folder);
    const next = walkFolder(folder, { ...from, position }, keys);
    if (next) return { keys, next };
  }
  return { keys, next: undefined };
}

export function startOf(folder: FolderState): WalkPosition {
  return { folder: folder.ordinal, base: folder.base.count - 1 };
}

/** Adds to `keys` until there are enough; gives the position after them, or undefined at the folder's end. */
function walkFolder(folder: FolderState, from: WalkFrom, keys: string[]): WalkPosition | undefined {
  const { sinceMs } = from;
  const extras = extrasAfter(folder, from);
  let { base, extra } = from.position;
  let next = nextOf(extras);
  for (;;) {
    while (base >= 0 && isDeparted(folder, base)) base--;
    if (base >= 0 && sinceMs !== undefined && folder.base.receivedMs(base) < sinceMs) base = -1;
    if (base < 0 && !next) return undefined;
    if (keys.length >= from.most) return { folder: folder.ordinal, base, ...(extra ? { extra } : {}) };
    if (next && (base < 0 || next.receivedMs > folder.base.receivedMs(base))) {
      keys.push(next.key);
      extra = [next.receivedMs, next.enteredSeq];
      next = nextOf(extras);
    } else {
      keys.push(folder.base.keyOf(base--));
    }
  }
}

/** What came into the folder before the walk began and was not given yet, newest first. */
function* extrasAfter(folder: FolderState, { mailbox, position, startSeq, sinceMs }: WalkFrom): Generator<ExtraItem> {
  const [lastMs, lastSeq] = position.extra ?? [Number.POSITIVE_INFINITY, 0];
  const { extras } = mailbox.view(folder);
  const isLeft = ({ receivedMs, enteredSeq }: ExtraItem) => receivedMs < lastMs || (receivedMs === lastMs && enteredSeq < lastSeq);
  for (let at = lowerBound(extras.length, (index) => isLeft(extras[index]!)); at < extras.length; at++) {
    const extra = extras[at]!;
    if (sinceMs !== undefined && extra.receivedMs < sinceMs) return;
    if (extra.enteredSeq <= startSeq) yield extra;
  }
}

function nextOf(extras: Generator<ExtraItem>): ExtraItem | undefined {
  const { value, done } = extras.next();
  return done ? undefined : value;
}

function isDeparted(folder: FolderState, index: number): boolean {
  const at = lowerBound(folder.departed.length, (entry) => folder.departed[entry]! >= index);
  return folder.departed[at] === index;
}
