import type { ClientSession, Db } from 'mongodb';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
import type { PageWrite } from './types.ts';

type SpanPage = PageWrite & { spanId: string };

export const isOfSpan = (page: PageWrite): page is SpanPage => page.spanId !== undefined;

const held = ({ spanId, stream: { lease, sequence } }: SpanPage) => ({ _id: spanId, lease, sequence });

/** The folder's stream while it is read in the generation of its division; its path may have changed since the span was taken. */
async function dividedStream(db: Db, session: ClientSession, { stream: { _id, generation } }: SpanPage): Promise<Stream | null> {
  return collectionsOf(db).streams.findOne({ _id, generation, endedAt: null, crawled: true }, { session });
}

/** The span's stream, when the span is still the lane's; writing to it makes whoever takes it meanwhile wait or start again. */
export async function holdSpan(db: Db, session: ClientSession, page: SpanPage): Promise<Stream | null> {
  const { lease, sequence } = page.stream;
  const { matchedCount } = await collectionsOf(db).spans.updateOne(held(page), { $set: { changedAt: page.asOf } }, { session });
  const stream = matchedCount === 0 ? null : await dividedStream(db, session, page);
  return stream === null ? null : { ...stream, lease, sequence };
}

/**
 * Moves a span behind a page of it, on condition that it is still the lane's; null when it is not. A span that was read to
 * its end is gone. With the last one the folder's next generation begins: what its delta does not show has left it.
 */
export async function moveSpan(db: Db, session: ClientSession, page: SpanPage): Promise<Stream | null> {
  const { spans, streams } = collectionsOf(db);
  const stream = await dividedStream(db, session, page);
  if (stream === null) return null;
  const { lease, sequence } = page.stream;
  const list = page.list ?? null;
  if (list !== null) {
    const update = { $set: { list, changedAt: page.asOf }, $inc: { sequence: 1 } };
    const moved = await spans.updateOne(held(page), update, { session });
    return moved.matchedCount === 0 ? null : { ...stream, lease, sequence: sequence + 1, list };
  }
  const { deletedCount } = await spans.deleteOne(held(page), { session });
  if (deletedCount === 0) return null;
  const isLast = stream.spansLeft === 1;
  const next = { spansLeft: -1, ...(isLast ? { generation: 1, sequence: 1, lease: 1 } : {}) };
  const { _id } = stream;
  await streams.updateOne({ _id }, { $inc: next, $set: { changedAt: page.asOf, ...(isLast ? { claim: null } : {}) } }, { session });
  return { ...stream, lease, sequence, list };
}
