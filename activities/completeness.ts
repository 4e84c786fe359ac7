import type { Completeness } from '../contract/crawl.ts';
import type { Stream } from '../contract/stream.ts';

/** Row of contract/errors.ts for a folder or calendar whose count differs from Graph's, and nothing explains it. */
const differs = 'TrawlCountDiffers';

/** Whether all that Graph counts in a mailbox is stored, and if not, why: streams by the code of what is wrong with them. */
export function completenessOf({ streams, skips }: { streams: readonly Stream[]; skips: number }): {
  completeness: Completeness;
  reasons: Record<string, number>;
} {
  const reasons: Record<string, number> = {};
  for (const { failure, counts } of streams) {
    const code = failure ?? (counts.explanation === 'unexplained' ? differs : null);
    if (code !== null) reasons[code] = (reasons[code] ?? 0) + 1;
  }
  const isWhole = Object.keys(reasons).length === 0;
  return { completeness: isWhole ? (skips > 0 ? 'completeWithSkips' : 'complete') : 'incomplete', reasons };
}
