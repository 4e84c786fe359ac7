import type { ItemSource } from './model.ts';

export interface ExtraItem {
  readonly key: string;
  readonly receivedMs: number;
  readonly enteredSeq: number;
}

/** A folder's items, newest first, as a list whose n-th element is found without making the others. */
export interface FolderView {
  readonly count: number;
  keyAt(position: number): string;
  receivedMsAt(position: number): number;
  /** How many items were received later than `timeMs`. */
  newerThan(timeMs: number): number;
  /** What came into the folder, newest first. */
  readonly extras: readonly ExtraItem[];
}

/**
 * Merges a base list (oldest first, made on demand) with the few items that came in (`extras`) and without those that
 * left (`departed`, indexes of the base in ascending order).
 */
export function folderView(parts: { base: ItemSource; departed: readonly number[]; extras: Iterable<ExtraItem> }): FolderView {
  const { base, departed } = parts;
  const extras = [...parts.extras].toSorted((a, b) => b.receivedMs - a.receivedMs || b.enteredSeq - a.enteredSeq);
  const baseNewerThan = (timeMs: number) => {
    const first = lowerBound(base.count, (index) => base.receivedMs(index) > timeMs);
    return base.count - first - (departed.length - lowerBound(departed.length, (at) => departed[at]! >= first));
  };
  const positions = extras.map((extra, index) => index + baseNewerThan(extra.receivedMs));
  const baseIndexOfRank = (rank: number) => {
    const last = departed.length - 1;
    const skipped = lowerBound(departed.length, (k) => base.count - 1 - departed[last - k]! - k > rank);
    return base.count - 1 - rank - skipped;
  };
  const at = (position: number): { extra: ExtraItem } | { index: number } => {
    const before = lowerBound(positions.length, (k) => positions[k]! >= position);
    if (positions[before] === position) return { extra: extras[before]! };
    return { index: baseIndexOfRank(position - before) };
  };
  return {
    extras,
    count: base.count - departed.length + extras.length,
    keyAt: (position) => {
      const found = at(position);
      return 'extra' in found ? found.extra.key : base.keyOf(found.index);
    },
    receivedMsAt: (position) => {
      const found = at(position);
      return 'extra' in found ? found.extra.receivedMs : base.receivedMs(found.index);
    },
    newerThan: (timeMs) => baseNewerThan(timeMs) + lowerBound(extras.length, (k) => extras[k]!.receivedMs <= timeMs),
  };
}

/** The first index of [0, length) for which `holds` is true; `length` when none. `holds` must turn true once. */
export function lowerBound(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
