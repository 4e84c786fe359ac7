import type { Stream } from '../contract/stream.ts';

/**
 * Streams that are read: what is known but not crawled, or has ended, holds nothing up. The folder tree is one of them only
 * while it is not known whole: what it lacks may hold anything.
 */
export function readStreams(streams: readonly Stream[]): Stream[] {
  return streams.filter((stream) => (stream.kind !== 'folders' || stream.failure !== null) && stream.crawled && stream.endedAt === null);
}

/**
 * The time until which everything that any stream had to tell was heard: what lost its last slot before it is in no
 * stream. Null while a stream failed or was not read to its end in its generation; then no removal is final.
 */
export function settledAt(streams: readonly Stream[]): Date | null {
  let earliest: Date | null = null;
  for (const stream of readStreams(streams)) {
    if (stream.failure !== null || stream.restAsOf === null || stream.restGeneration < stream.generation || stream.cursor.at !== 'rest')
      return null;
    if (earliest === null || stream.restAsOf < earliest) earliest = stream.restAsOf;
  }
  return earliest;
}
