import type { PageWrite } from '../../../store/types.ts';
import type { Store } from '../../../store/open-store.ts';

/** Rules of the crawl that the proof switches off, one at a time. */
export const rules = ['transaction', 'asOf', 'catchUp', 'confirmation', 'list', 'doubt', 'counts'] as const;
export type Rule = (typeof rules)[number];

/** A store in which one rule does not hold, as a mistaken implementation would have it. */
export function storeWithout(store: Store, { rule, now }: { rule: Rule | null; now: () => Date }): Store {
  if (rule === 'transaction') {
    // Documents are written though the cursor is refused: what a lane does that writes them first.
    const write = async (page: PageWrite) => {
      const written = await store.pages.write(page);
      if (written !== null) return written;
      const streams = await store.streams.list({ sourceId: page.stream.sourceId, mailboxId: page.stream.mailboxId });
      const present = streams.find((stream) => stream._id === page.stream._id);
      if (present !== undefined && present.cursor.at !== 'rest')
        await store.pages.write({ ...page, stream: { ...present, generation: page.stream.generation }, cursor: present.cursor });
      else if (present !== undefined)
        await store.pages.write({ ...page, stream: present, cursor: present.cursor, pass: present.readInPass });
      return null;
    };
    return { ...store, pages: { ...store.pages, write } };
  }
  if (rule === 'asOf') {
    // The last to write wins, whenever it asked.
    const write = (page: PageWrite) => {
      const documents = page.documents.map((document) => (document.op === 'upsert' ? { ...document, lastModifiedAt: null } : document));
      return store.pages.write({ ...page, asOf: now(), documents });
    };
    return { ...store, pages: { ...store.pages, write } };
  }
  // What a list does not name keeps its slot.
  if (rule === 'doubt') return { ...store, streams: { ...store.streams, clearDoubted: async () => 0 } };
  return store;
}
