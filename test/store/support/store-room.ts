import { afterAll, beforeAll } from 'vitest';
import type { StoredDocument } from '../../../contract/document.ts';
import { documentKey } from '../../../contract/ids.ts';
import type { Stream } from '../../../contract/stream.ts';
import { collectionsOf, type StoreCollections } from '../../../store/collections.ts';
import { storeParts } from '../../../store/open-store.ts';
import { prepareStore } from '../../../store/prepare-store.ts';
import { createSealer } from '../../../store/sealer.ts';
import type { DocumentUpsert, DocumentWrite, PageWrite } from '../../../store/types.ts';
import { openTestDatabase } from '../../support/database.ts';

export const testKeys = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
export const context = { datasetId: 'dataset', country: 'DE', crawlId: 'crawl' };

type Parts = ReturnType<typeof storeParts>;

/** A prepared store over a database of its own, for the tests of one file. */
export interface StoreRoom {
  readonly store: Parts;
  readonly collections: StoreCollections;
  readonly uri: string;
  readonly databaseName: string;
}

export function useStoreRoom(): StoreRoom {
  let room: StoreRoom | undefined;
  let drop: () => Promise<void> = async () => undefined;
  beforeAll(async () => {
    const opened = await openTestDatabase();
    drop = opened.drop;
    const store = storeParts(opened.db, createSealer(testKeys));
    await prepareStore(store);
    room = { store, collections: collectionsOf(opened.db), uri: opened.uri, databaseName: opened.name };
  });
  afterAll(async () => drop());
  const opened = () => {
    if (room === undefined) throw new Error('The store is opened before the first test');
    return room;
  };
  return {
    get store() {
      return opened().store;
    },
    get collections() {
      return opened().collections;
    },
    get uri() {
      return opened().uri;
    },
    get databaseName() {
      return opened().databaseName;
    },
  };
}

/** A point in time, `n` seconds after the tests' beginning of time. */
export const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000);

export function shown(graphId: string, change: Partial<DocumentUpsert> = {}): DocumentUpsert {
  const content = { subject: `Subject of ${graphId}`, changeKey: 'k1', ...change.content };
  return { op: 'upsert', kind: 'message', graphId, lastModifiedAt: null, whole: true, contentHash: null, ...change, content };
}

export const gone = (graphId: string): DocumentWrite => ({ op: 'gone', graphId });

let made = 0;

/** A mailbox of its own with some folders, and short ways to write and to look. */
export async function makeMailbox(room: StoreRoom, folders: readonly string[] = ['inbox', 'archive']) {
  const { store, collections } = room;
  made += 1;
  const where = { sourceId: 'source', mailboxId: `mailbox-${made}` };
  await store.mailboxes.resolve({
    sourceId: where.sourceId,
    cycleKey: 'crawl/1',
    users: [{ mailboxId: where.mailboxId, address: 'a@example.test', aliases: [], displayName: 'A' }],
  });
  const tree = await store.streams.takeFolders(where);
  const page = { stream: tree, pass: 1, cursor: { at: 'rest' as const, link: 'delta' }, asOf: at(0), documents: [], context };
  await store.pages.write({
    ...page,
    folders: folders.map((name) => ({ graphId: name, folder: { name, parentId: 'root', items: 10, hidden: false, search: false } })),
  });
  const listed = await store.streams.list(where);
  const messages = listed.filter((stream) => stream.kind === 'messages');
  await store.streams.setTree({
    ...where,
    folders: messages.map((stream) => ({ streamId: stream._id, path: `/${stream.graphId}`, crawled: true })),
  });

  const stream = async (graphId: string): Promise<Stream> => {
    const found = await collections.streams.findOne({ ...where, graphId });
    if (found === null) throw new Error(`There is no stream ${graphId}`);
    return found;
  };
  return {
    where,
    stream,
    id: (graphId: string) => documentKey({ ...where, graphId }),
    /** Writes a page of a folder as of `n` seconds, as a lane would that holds it. */
    async page(folder: string, n: number, documents: DocumentWrite[], change: Partial<PageWrite> = {}) {
      const taken = change.stream ?? (await stream(folder));
      return store.pages.write({
        stream: taken,
        pass: 1,
        cursor: { at: 'rest', link: `delta-${n}` },
        asOf: at(n),
        documents,
        context,
        ...change,
      });
    },
    document: async (graphId: string): Promise<StoredDocument | null> =>
      collections.documents.findOne({ _id: documentKey({ ...where, graphId }) }),
  };
}
