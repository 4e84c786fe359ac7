import type { FolderState, ItemState } from '../data/folder-state.ts';
import { lowerBound } from '../data/folder-view.ts';
import type { WalkPosition } from './sync-token.ts';

export interface WalkFrom {
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
  let at = 0;
  for (;;) {
    while (base >= 0 && isDeparted(folder, base)) base--;
    if (base >= 0 && sinceMs !== undefined && folder.base.receivedMs(base) < sinceMs) base = -1;
    const next = extras[at];
    if (base < 0 && !next) return undefined;
    if (keys.length >= from.most) return { folder: folder.ordinal, base, ...(extra ? { extra } : {}) };
    if (next && (base < 0 || next.receivedMs > folder.base.receivedMs(base))) {
      keys.push(next.key);
      extra = [next.receivedMs, next.enteredSeq];
      at++;
    } else {
      keys.push(folder.base.keyOf(base--));
    }
  }
}

/** What came into the folder before the walk began and was not given yet, newest first. */
function extrasAfter(folder: FolderState, { position, startSeq, sinceMs }: WalkFrom): ItemState[] {
  const [lastMs, lastSeq] = position.extra ?? [Number.POSITIVE_INFINITY, 0];
  return [...folder.extras.values()]
    .filter(({ receivedMs, enteredSeq }) => enteredSeq <= startSeq && (sinceMs === undefined || receivedMs >= sinceMs))
    .filter(({ receivedMs, enteredSeq }) => receivedMs < lastMs || (receivedMs === lastMs && enteredSeq < lastSeq))
    .toSorted((a, b) => b.receivedMs - a.receivedMs || b.enteredSeq - a.enteredSeq);
}

function isDeparted(folder: FolderState, index: number): boolean {
  const at = lowerBound(folder.departed.length, (entry) => folder.departed[entry]! >= index);
  return folder.departed[at] === index;
}
