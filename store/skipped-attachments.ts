import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import { attachmentsSkipId, mimeSkipId } from './skip-ids.ts';
import { dueNow, nextTry } from './skip-times.ts';
import { inTransaction } from './transaction.ts';
import type { MailboxAt } from './types.ts';

const atOnce = 200;
const anew = (field: 'attachments' | 'mime') => ({ $set: { [`${field}.due`]: true, [`${field}.claim`]: null, [`${field}.tries`]: 0 } });
const works = [
  { suffix: attachmentsSkipId(''), wanted: { attachments: { $ne: null } }, again: anew('attachments') },
  { suffix: mimeSkipId(''), wanted: { mime: { $ne: null } }, again: anew('mime') },
];

/**
 * Marks messages whose attachments or MIME forms were given up to be read again, where the time of their skip has come; skips of messages
 * that are gone are closed. Returns how many messages were marked.
 */
export async function retryAttachments(db: Db, { sourceId, mailboxId }: MailboxAt): Promise<number> {
  const { documents, skips } = collectionsOf(db);
  const due = await skips
    .find({ sourceId, mailboxId, streamId: null, ...dueNow })
    .limit(atOnce)
    .toArray();
  let marked = 0;
  for (const { _id, tries } of due) {
    const work = works.find(({ suffix }) => _id.endsWith(suffix));
    if (work === undefined) continue;
    marked += await inTransaction(db, async (session) => {
      const message = { _id: _id.slice(0, -work.suffix.length), removal: null, ...work.wanted };
      const { matchedCount } = await documents.updateOne(message, work.again, { session });
      // Read, it is closed; failed again, it is written with its own time: this one only keeps a lane that dies from trying at once.
      const next = matchedCount === 0 ? [{ $set: { state: 'gone' } }] : [{ $set: { nextTryAt: nextTry({ $literal: tries }) } }];
      await skips.updateOne({ _id, state: 'open' }, next, { session });
      return matchedCount;
    });
  }
  return marked;
}
