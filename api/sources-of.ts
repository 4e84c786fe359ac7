import type { Source } from '../contract/source.ts';
import type { SourceFilters } from '../store/source-types.ts';
import type { ApiStore } from './deps.ts';

const pageSize = 200;

/** Every source that fits, by id, read page by page. */
export async function* sourcesOf({ sources }: Pick<ApiStore, 'sources'>, filters: SourceFilters): AsyncGenerator<Source> {
  for (let after: string | null = null; ;) {
    const page: Source[] = await sources.list({ after, limit: pageSize, ...filters });
    yield* page;
    after = page.at(-1)?._id ?? null;
    if (page.length < pageSize) return;
  }
}
