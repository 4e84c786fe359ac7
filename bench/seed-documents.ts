import type { Db } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf } from '../store/collections.ts';
import { entryOf } from '../store/search-entry.ts';

const perBatch = 1000;
const firstMs = Date.UTC(2023, 0, 1);
const spanMs = 3 * 365 * 86_400_000;
const countries = ['DE', 'FR', 'PL', 'US'];
const folders = ['/Inbox', '/Sent Items', '/Archive', '/Projects/Alpha'];
/** Word n stands in about every n-th text of a thousand, so that there are rare ones and frequent ones. */
const words = Array.from({ length: 5000 }, (_, n) => `word${n}`);
const mailboxes = 200;

export const seeded = {
  sourceId: '01BENCH0000000000000000001',
  datasetId: '01BENCH0000000000000000002',
  mailbox: (n: number) => `00000000-0000-4000-8000-${String(n % mailboxes).padStart(12, '0')}`,
  id: (n: number) => `${seeded.sourceId}:${seeded.mailbox(n)}:m${n}`,
  person: (n: number) => ({ name: `Person Number${n % 2000}`, address: `person${n % 2000}@team${n % 20}.contoso.example` }),
};

/** A number that looks random and depends on its place alone (splitmix32, github.com/bryc/code). */
function mixed(n: number): number {
  let z = (n + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

function textOf(n: number): string {
  const chosen = Array.from({ length: 40 }, (_, place) => {
    const share = (mixed(n * 64 + place) % 1_000_000) / 1_000_000;
    return words[Math.floor(share ** 3 * words.length)];
  });
  return chosen.join(' ');
}

function messageOf(n: number): StoredDocument {
  const receivedAt = new Date(firstMs + (mixed(n) % 1_000_000) * (spanMs / 1_000_000));
  const text = textOf(n);
  return {
    _id: seeded.id(n),
    kind: n % 20 === 0 ? 'event' : 'message',
    sourceId: seeded.sourceId,
    datasetId: seeded.datasetId,
    mailboxId: seeded.mailbox(n),
    country: countries[n % countries.length] ?? 'DE',
    graphId: `m${n}`,
    parentId: null,
    crawlId: 'bench',
    firstSeenAt: receivedAt,
    lastSeenAt: receivedAt,
    folderId: 'f',
    folderPath: folders[mixed(n + 1) % folders.length] ?? '/Inbox',
    lastModifiedAt: receivedAt,
    contentAsOf: receivedAt,
    contentHash: null,
    seenIn: {},
    unseenSince: null,
    kept: null,
    removal: n % 100 === 99 ? { reason: 'movedOut', at: receivedAt } : null,
    attachments: null,
    indexDueAt: null,
    receivedAt,
    subject: text.split(' ').slice(0, 6).join(' '),
    from: seeded.person(mixed(n + 2)),
    to: [seeded.person(mixed(n + 3)), seeded.person(mixed(n + 4))],
    text,
    preview: text.slice(0, 200),
    webLink: `https://outlook.office365.com/owa/?ItemID=m${n}`,
  };
}

/** Stores documents from number `from` to `to` with their entries of the search index, in bulk and past the crawl. */
export async function seedDocuments(db: Db, { from, to }: { from: number; to: number }): Promise<void> {
  const { documents, search } = collectionsOf(db);
  const options = { ordered: false, writeConcern: { w: 1 as const, journal: false } };
  for (let start = from; start < to; start += perBatch) {
    const batch = Array.from({ length: Math.min(perBatch, to - start) }, (_, place) => messageOf(start + place));
    const live = batch.filter(({ removal }) => removal === null);
    await Promise.all([
      documents.insertMany(batch, options),
      search.insertMany(
        live.map((document) => ({ _id: document._id, ...entryOf(document, null) })),
        options,
      ),
    ]);
  }
}
