import type { ClientSession, Db } from 'mongodb';
import { mailboxKey, streamKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
import { RecordNotFoundError } from './store-errors.ts';
import type { MailboxAt } from './types.ts';

export type NewStream = MailboxAt & Pick<Stream, 'kind' | 'graphId' | 'number' | 'path' | 'folder' | 'crawled'>;

/** A stream of which nothing has been read. */
export function newStream(given: NewStream): Stream {
  const { sourceId, mailboxId, kind, graphId, number, path, folder, crawled } = given;
  return {
    _id: streamKey({ sourceId, mailboxId, kind, graphId }),
    sourceId,
    mailboxId,
    kind,
    graphId,
    number,
    path,
    folder,
    crawled,
    method: 'delta',
    methodReason: null,
    generation: 1,
    restGeneration: 0,
    sequence: 0,
    lease: 0,
    cursor: { at: 'start', link: null },
    claim: null,
    readInPass: 0,
    failure: null,
    restAsOf: null,
    changedAt: null,
    counts: { graph: null, comparedAt: null },
    endedAt: null,
  };
}

/**
 * Takes `count` numbers for new streams of a mailbox, in the transaction that makes them; returns the first.
 * Throws RecordNotFoundError when the mailbox is not in the store.
 */
export async function takeStreamNumbers(db: Db, session: ClientSession, take: MailboxAt & { count: number }): Promise<number> {
  const _id = mailboxKey(take.sourceId, take.mailboxId);
  const before = await collectionsOf(db).mailboxes.findOneAndUpdate(
    { _id },
    { $inc: { nextStreamNumber: take.count } },
    { session, returnDocument: 'before', projection: { nextStreamNumber: 1 } },
  );
  if (before === null) throw new RecordNotFoundError('Mailbox', _id);
  return before.nextStreamNumber;
}

/** What a stream that had ended needs when its folder or calendar is back: everything is read anew. */
export function revived(): ReturnType<typeof anew> {
  return anew({ endedAt: null, failure: null });
}

/** What a stream needs to be read as if nothing of it had been: a giant folder may be divided once more. */
export function anew(besides: Partial<Stream>): { $set: Partial<Stream>; $inc: { generation: 1; sequence: 1; lease: 1 } } {
  return {
    $set: { ...besides, claim: null, list: null, spansLeft: null, keysOnly: false, cursor: { at: 'start', link: null } },
    $inc: { generation: 1, sequence: 1, lease: 1 },
  };
}
