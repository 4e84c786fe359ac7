import type { Db } from 'mongodb';
import { documentKey } from '../contract/ids.ts';
import { createBodies } from './bodies.ts';
import { collectionsOf } from './collections.ts';
import { createListWalks } from './list-walks.ts';
import { createPageWriter } from './page-writer.ts';
import type { MailboxAt, PageStore, PresentEvent } from './types.ts';

/** Pages of streams, each written with its stream's cursor; and what is stored of a stream's items. */
export function createPages(db: Db): PageStore {
  const { documents, streams } = collectionsOf(db);

  async function kindIn(query: MailboxAt & { streamNumber: number }): Promise<'message' | 'event'> {
    const { sourceId, mailboxId, streamNumber } = query;
    const stream = await streams.findOne({ sourceId, mailboxId, number: streamNumber }, { projection: { kind: 1 } });
    return stream?.kind === 'calendar' ? 'event' : 'message';
  }

  return {
    write: createPageWriter(db, createBodies(db)),
    ...createListWalks(db),

    async shownBy({ stream: { sourceId, mailboxId, number, generation }, graphIds }) {
      const ids = graphIds.map((graphId) => documentKey({ sourceId, mailboxId, graphId }));
      const slot = { [`seenIn.${number}.present`]: true, [`seenIn.${number}.generation`]: generation };
      const found = await documents.find({ _id: { $in: ids }, removal: null, ...slot }, { projection: { _id: 0, graphId: 1 } }).toArray();
      return new Set(found.map((document) => document.graphId));
    },

    async presentEvents({ sourceId, mailboxId, streamNumber }) {
      const filter = { sourceId, mailboxId, kind: 'event' as const, [`seenIn.${streamNumber}.present`]: true };
      const projection = { _id: 0, graphId: 1, changeKey: 1, busyOnly: 1, sensitivity: 1, eventType: 1, seriesMasterId: 1, startAt: 1 };
      const present = new Map<string, PresentEvent>();
      for await (const { graphId, changeKey, busyOnly, sensitivity, eventType, seriesMasterId, startAt } of documents.find(filter, {
        projection,
      })) {
        present.set(graphId, {
          changeKey: changeKey ?? null,
          busyOnly: busyOnly ?? false,
          sensitivity: sensitivity ?? null,
          exceptionOf: eventType === 'exception' ? (seriesMasterId ?? null) : null,
          startAt: startAt ?? null,
        });
      }
      return present;
    },

    async presentIn(query) {
      const { sourceId, mailboxId, streamNumber } = query;
      const filter = { sourceId, mailboxId, kind: await kindIn(query), [`seenIn.${streamNumber}.present`]: true };
      const present = new Map<string, string | null>();
      for await (const document of documents.find(filter, { projection: { _id: 0, graphId: 1, changeKey: 1 } })) {
        present.set(document.graphId, document.changeKey ?? null);
      }
      return present;
    },
  };
}
