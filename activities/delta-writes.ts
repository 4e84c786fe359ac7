import type { Stream } from '../contract/stream.ts';
import type { DeltaItem, DeltaPage, GraphMessage } from '../graph/types.ts';
import type { DocumentUpsert } from '../store/types.ts';
import { contentHash } from './content-hash.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { mapMessage } from './map-message.ts';
import { readSingly, type Writes } from './read-message.ts';
import { readMissing } from './read-missing.ts';
import { isTooOld } from './received-from.ts';

/** Later news of the same item in one page replaces earlier news. */
function lastOfEach(items: readonly DeltaItem<GraphMessage>[]): DeltaItem<GraphMessage>[] {
  const byId = new Map<string, DeltaItem<GraphMessage>>();
  for (const item of items) {
    const id = item.gone ? item.id : item.item.id;
    const before = byId.get(id);
    // A partial update after a whole item in the same page must not make the whole one forgotten.
    const merged =
      !item.gone && before !== undefined && !before.gone ? { gone: false as const, item: { ...before.item, ...item.item } } : item;
    byId.delete(id);
    byId.set(id, merged);
  }
  return [...byId.values()];
}

interface Sorted {
  /** What may not be merged into what is stored: these messages are read. */
  missing: Set<string>;
  /** What is stored as it is shown. */
  unchanged: string[];
}

/** What partial updates ask for. */
async function sortPartial(mailbox: MailboxWork, { stream, partial }: { stream: Stream; partial: DocumentUpsert[] }): Promise<Sorted> {
  const graphIds = partial.map((write) => write.graphId);
  if (graphIds.length === 0) return { missing: new Set(), unchanged: [] };
  if (stream.keysOnly !== true) {
    const shown = await mailbox.store.pages.shownBy({ stream, graphIds });
    return { missing: new Set(graphIds.filter((id) => !shown.has(id))), unchanged: [] };
  }
  // A chain of keys tells what is to be read by the change key alone.
  const states = await mailbox.store.pages.statesOf({ stream, graphIds });
  const sorted: Sorted = { missing: new Set(), unchanged: [] };
  for (const { graphId, content } of partial) {
    const state = states.get(graphId);
    const key = state?.held === true ? state.changeKey : null;
    if (key !== null && key === content.changeKey && state?.present === true) sorted.unchanged.push(graphId);
    else if ((key === null || (content.changeKey !== undefined && content.changeKey !== key)) && state?.skipped !== true)
      sorted.missing.add(graphId);
  }
  return sorted;
}

/** What a page of delta writes: what is told whole, what can be merged, and what had to be read for it. */
export async function deltaWrites(
  mailbox: MailboxWork,
  { stream, page }: { stream: Stream; page: DeltaPage<GraphMessage> },
): Promise<Writes & Pick<Sorted, 'unchanged'>> {
  const writes: Writes = { documents: [], skips: [] };
  const partial: DocumentUpsert[] = [];
  const items = lastOfEach(page.items);
  for (const item of items) {
    if (item.gone) writes.documents.push({ op: 'gone', graphId: item.id });
    else if (!isTooOld(mailbox, item.item)) {
      const write = mapMessage(item.item, { mime: mailbox.policy.originalMime });
      writes.documents.push(write);
      if (!write.whole) partial.push(write);
    }
  }
  const { missing, unchanged } = await sortPartial(mailbox, { stream, partial });
  const apart = new Set([...missing, ...unchanged]);
  writes.documents = writes.documents.filter((write) => !apart.has(write.graphId));
  const told = items.flatMap((item) => (!item.gone && missing.has(item.item.id) ? [item.item] : []));
  await readMissing(mailbox, { folderId: stream.graphId, missing: told, writes });
  for (const [index, { id, reason }] of page.malformed.entries()) {
    if (id !== null) await readSingly(mailbox, { messageId: id, writes });
    // Without an id it is told by its place, which is the same when the page is read again.
    else
      writes.skips.push({ graphId: `unknown:${stream.generation}:${placeOf(stream, index)}`, code: 'TrawlMalformedItem', words: reason });
  }
  return { ...writes, unchanged };
}

const placeOf = (stream: Stream, index: number) => `${contentHash([stream.cursor.link]).slice(0, 16)}:${index}`;
