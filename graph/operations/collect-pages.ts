import { GraphError } from '../graph-error.ts';
import type { ListPage } from '../types.ts';

const maxPages = 100;

/**
 * Reads all pages of a short list, each item once. Throws TrawlMalformedItem for an item without the shape, since a
 * short list is wanted whole, and TrawlUnreadableAnswer when the pages do not end.
 */
export async function collectPages<T extends { id: string }>(
  first: string,
  operation: string,
  readPage: (url: string) => Promise<ListPage<T>>,
): Promise<T[]> {
  const found = new Map<string, T>();
  let url: string | null = first;
  for (let pages = 0; url !== null; pages += 1) {
    if (pages === maxPages)
      throw new GraphError({ operation, code: 'TrawlUnreadableAnswer', status: 200, detail: `more than ${maxPages} pages` });
    const page: ListPage<T> = await readPage(url);
    const [malformed] = page.malformed;
    if (malformed) throw new GraphError({ operation, code: 'TrawlMalformedItem', status: 200, detail: malformed.reason });
    for (const item of page.items) found.set(item.id, item);
    url = page.next;
  }
  return [...found.values()];
}
