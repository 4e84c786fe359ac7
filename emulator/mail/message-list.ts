import type { FolderView } from '../data/folder-view.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';

/** A list of items of which parts are asked for. */
export interface ItemList {
  /** All of them; may have to walk the list. */
  count(): Promise<number>;
  slice(from: number, size: number): Promise<{ readonly items: readonly ItemView[]; readonly isMore: boolean }>;
}

interface Positions {
  readonly count: number;
  slice(from: number, size: number): ItemView[];
}

/** Folders as one list, newest first, of which only a range of dates is seen. Nothing is made but what is asked for. */
export function plainList(
  mailbox: MailboxState,
  views: readonly FolderView[],
  range: { readonly sinceMs?: number; readonly beforeMs?: number; readonly isOldestFirst?: boolean } = {},
): ItemList {
  const all = views.length === 1 ? viewPositions(mailbox, views[0]!) : mergedPositions(mailbox, views);
  const newerThan = (timeMs: number) => views.reduce((sum, view) => sum + view.newerThan(timeMs), 0);
  const first = range.beforeMs === undefined ? 0 : newerThan(range.beforeMs);
  const end = Math.max(first, range.sinceMs === undefined ? all.count : newerThan(range.sinceMs - 1));
  const count = end - first;
  return {
    count: () => Promise.resolve(count),
    slice: (from, size) => {
      const upTo = Math.min(count, from + size);
      const length = Math.max(0, upTo - from);
      const items = range.isOldestFirst ? all.slice(end - upTo, length).toReversed() : all.slice(first + from, length);
      return Promise.resolve({ items, isMore: upTo < count });
    },
  };
}

function viewPositions(mailbox: MailboxState, view: FolderView): Positions {
  const slice = (from: number, size: number) => Array.from({ length: size }, (_, offset) => mailbox.item(view.keyAt(from + offset))!);
  return { count: view.count, slice };
}

/** Several folders as one list by date. The place of a position is found by halving the time, not by walking there. */
function mergedPositions(mailbox: MailboxState, views: readonly FolderView[]): Positions {
  const count = views.reduce((sum, view) => sum + view.count, 0);
  const slice = (from: number, size: number) => {
    const items: ItemView[] = [];
    if (size === 0) return items;
    for (const item of merged(mailbox, headsAt(views, from))) if (items.push(item) === size) break;
    return items;
  };
  return { count, slice };
}

/** Where each folder stands when the merged list stands at a position. */
function headsAt(views: readonly FolderView[], position: number): Head[] {
  const newerThan = (timeMs: number) => views.reduce((sum, view) => sum + view.newerThan(timeMs), 0);
  let low = 0;
  let high = 8_640_000_000_000;
  // The earliest second with at most `position` items after it is the second of the wanted item.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (newerThan(middle * 1_000) <= position) high = middle;
    else low = middle + 1;
  }
  const timeMs = low * 1_000;
  let rest = position - newerThan(timeMs);
  return views.map((view) => {
    const from = view.newerThan(timeMs);
    const skipped = Math.min(rest, view.newerThan(timeMs - 1) - from);
    rest -= skipped;
    return headOf(view, from + skipped, view.count);
  });
}

/** A folder within a merged list, with the date of the item that it stands at. */
interface Head {
  readonly view: FolderView;
  readonly end: number;
  at: number;
  receivedMs: number;
}

function headOf(view: FolderView, at: number, end: number): Head {
  return { view, at, end, receivedMs: at < end ? view.receivedMsAt(at) : Number.NEGATIVE_INFINITY };
}

/** All items of several folders, newest first, one by one. */
export function newestFirst(
  mailbox: MailboxState,
  views: readonly FolderView[],
  range: { readonly sinceMs?: number; readonly beforeMs?: number } = {},
): Generator<ItemView> {
  const { sinceMs, beforeMs } = range;
  const heads = views.map((view) =>
    headOf(view, beforeMs === undefined ? 0 : view.newerThan(beforeMs), sinceMs === undefined ? view.count : view.newerThan(sinceMs - 1)),
  );
  return merged(mailbox, heads);
}

/** Of items of the same time those of the earlier folder come first. */
function* merged(mailbox: MailboxState, heads: readonly Head[]): Generator<ItemView> {
  for (;;) {
    let newest: Head | undefined;
    for (const head of heads) if (head.at < head.end && (!newest || head.receivedMs > newest.receivedMs)) newest = head;
    if (!newest) return;
    const item = mailbox.item(newest.view.keyAt(newest.at++));
    if (newest.at < newest.end) newest.receivedMs = newest.view.receivedMsAt(newest.at);
    if (item) yield item;
  }
}

/** Items looked at before others get their turn. */
const BREATH = 200;

/** The items that pass a test, found as far as somebody asks for them. */
export function testedList(
  candidates: Generator<ItemView>,
  passes: (item: ItemView) => boolean,
  most: number = Number.POSITIVE_INFINITY,
): ItemList {
  const found: ItemView[] = [];
  let isDone = false;
  const find = async (wanted: number) => {
    for (let looked = 1; !isDone && found.length < wanted; looked++) {
      const next = candidates.next();
      if (next.done === true || found.length >= most) isDone = true;
      else if (passes(next.value)) found.push(next.value);
      if (looked % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    count: async () => {
      await find(Number.POSITIVE_INFINITY);
      return found.length;
    },
    slice: async (from, size) => {
      await find(from + size + 1);
      return { items: found.slice(from, from + size), isMore: found.length > from + size };
    },
  };
}

/** A list turned by a function that needs all of it. */
export function turnedList(list: ItemList, turn: (items: readonly ItemView[]) => readonly ItemView[]): ItemList {
  let turned: Promise<readonly ItemView[]> | undefined;
  const all = () => (turned ??= list.slice(0, Number.MAX_SAFE_INTEGER).then(({ items }) => turn(items)));
  return {
    count: async () => (await all()).length,
    slice: async (from, size) => {
      const items = await all();
      return { items: items.slice(from, from + size), isMore: items.length > from + size };
    },
  };
}
