import type { AnyBulkWriteOperation, ClientSession, Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf, type SearchEntry } from './collections.ts';
import { batchesOf } from './document-writes.ts';
import { inTransaction } from './transaction.ts';
import type { SearchStore } from './types.ts';

/** How many documents are read at once: each may hold a text of 1 MB. */
const readAtOnce = 50;
const countLimit = 10_000;

const indexedFields = {
  datasetId: 1,
  sourceId: 1,
  mailboxId: 1,
  kind: 1,
  country: 1,
  folderPath: 1,
  removal: 1,
  indexDueAt: 1,
  receivedAt: 1,
  startAt: 1,
  subject: 1,
  from: 1,
  sender: 1,
  to: 1,
  cc: 1,
  bcc: 1,
  replyTo: 1,
  organizer: 1,
  attendees: 1,
  location: 1,
  text: 1,
  links: 1,
  'attachment.name': 1,
} as const;

/** Fills `search` from marked documents, apart from the crawl, so that a text index never slows a page. */
export function createSearch(db: Db): SearchStore {
  const { documents, search } = collectionsOf(db);
  const due: Filter<StoredDocument> = { indexDueAt: { $type: 'date' } };

  /**
   * One transaction, so that what changes, is erased, or is indexed by another meanwhile makes it start again: no entry
   * ever says more than its document.
   */
  async function indexSome(session: ClientSession, limit: number): Promise<number> {
    const found = await documents.find(due, { session, projection: indexedFields }).sort({ indexDueAt: 1 }).limit(limit).toArray();
    if (found.length === 0) return 0;
    for (const batch of batchesOf(found.map(entryOperation))) await search.bulkWrite(batch, { session });
    const ids = found.map((document) => document._id);
    await documents.updateMany({ _id: { $in: ids } }, { $set: { indexDueAt: null } }, { session });
    return found.length;
  }

  return {
    async indexBatch(limit) {
      let indexed = 0;
      while (indexed < limit) {
        const some = await inTransaction(db, async (session) => indexSome(session, Math.min(readAtOnce, limit - indexed)));
        if (some === 0) break;
        indexed += some;
      }
      return indexed;
    },

    async lag() {
      const [oldest, waiting] = await Promise.all([
        documents
          .find(due, { projection: { indexDueAt: 1 } })
          .sort({ indexDueAt: 1 })
          .limit(1)
          .next(),
        documents.countDocuments(due, { limit: countLimit }),
      ]);
      const since = oldest?.indexDueAt ?? null;
      return { oldestMs: since === null ? 0 : Math.max(0, Date.now() - since.getTime()), waiting };
    },
  };
}

function entryOperation(document: StoredDocument): AnyBulkWriteOperation<SearchEntry> {
  const { _id } = document;
  if (document.removal !== null) return { deleteOne: { filter: { _id } } };
  return { replaceOne: { filter: { _id }, replacement: entryOf(document), upsert: true } };
}

function entryOf(document: StoredDocument): Omit<SearchEntry, '_id'> {
  const { datasetId, sourceId, mailboxId, kind, country, folderPath } = document;
  return {
    datasetId,
    sourceId,
    mailboxId,
    kind,
    country,
    folderPath,
    receivedAt: document.receivedAt ?? null,
    startAt: document.startAt ?? null,
    subject: subjectOf(document),
    people: peopleOf(document),
    text: textOf(document),
  };
}

/** The body's words and where it leads, since the addresses behind a link's words are no words of the text. */
function textOf({ text, location, links = [] }: StoredDocument): string | null {
  const words = text ?? location ?? null;
  return links.length === 0 ? words : [words ?? '', ...links].join('\n');
}

/** An attached mail is found by its subject and by its name, which may say more. */
function subjectOf({ subject, attachment }: StoredDocument): string | null {
  const said = [subject, attachment?.name].filter((words) => typeof words === 'string');
  return said.length === 0 ? null : [...new Set(said)].join('\n');
}

function peopleOf(document: StoredDocument): string[] {
  const one = [document.from, document.sender, document.organizer];
  const many = [document.to, document.cc, document.bcc, document.replyTo, document.attendees];
  const people = [...one, ...many.flatMap((list) => list ?? [])];
  const words = people.flatMap((person) => [person?.name, person?.address]).filter((word) => typeof word === 'string');
  return [...new Set(words)];
}
