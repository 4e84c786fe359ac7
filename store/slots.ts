import type { Slot, StoredDocument } from '../contract/document.ts';

/** The folder or calendar behind a stream's number. */
export interface FolderAt {
  id: string;
  path: string;
}

/** One stream's word on an item: shown or not, in which generation, as of when the request was sent. */
export interface SlotWord {
  streamNumber: number;
  generation: number;
  present: boolean;
  asOf: Date;
}

/** The slots after a stream's word; a newer word of the same stream stays. */
export function withSlot(seenIn: StoredDocument['seenIn'], word: SlotWord): StoredDocument['seenIn'] {
  const key = String(word.streamNumber);
  const stored = seenIn[key];
  if (stored !== undefined && stored.asOf > word.asOf) return seenIn;
  return { ...seenIn, [key]: { generation: word.generation, present: word.present, asOf: word.asOf } };
}

/** Number of the stream that showed the item last of those that still show it; null when none does. */
export function newestPresent(seenIn: StoredDocument['seenIn']): number | null {
  let newest: { number: number; slot: Slot } | null = null;
  for (const [key, slot] of Object.entries(seenIn)) {
    if (!slot.present) continue;
    const number = Number(key);
    if (newest === null || slot.asOf > newest.slot.asOf || (slot.asOf.getTime() === newest.slot.asOf.getTime() && number > newest.number)) {
      newest = { number, slot };
    }
  }
  return newest?.number ?? null;
}

/**
 * The latest word of any slot. For an item that no stream shows, this is since when it is unseen: a stream that was
 * read before another one's "gone" may have missed where the item went.
 */
export function latestWord(seenIn: StoredDocument['seenIn']): Date | null {
  let latest: Date | null = null;
  for (const slot of Object.values(seenIn)) if (latest === null || slot.asOf > latest) latest = slot.asOf;
  return latest;
}
