import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';

/** What there is of one country. */
export interface CountryCounts {
  country: string;
  documents: number;
  sources: number;
  mailboxes: number;
}

export interface GeographyQuery {
  /** The datasets whose documents the caller may see. */
  documentsOf: readonly string[];
  /** The datasets whose sources and mailboxes are counted; null for all. */
  sourcesOf: readonly string[] | null;
}

export interface GeographyStore {
  /** Countries in order, each with what there is of it. */
  countries(query: GeographyQuery): Promise<CountryCounts[]>;
}

type Counted = { _id: string; count: number };

/** Documents, sources and mailboxes by country. */
export function createGeography(db: Db): GeographyStore {
  const { search, sources, mailboxes } = collectionsOf(db);

  /**
   * Counted in `search`, which holds live documents alone, by an index that answers it without reading them: in `documents`
   * each would have to be read, with its body.
   */
  async function countDocuments(datasetIds: readonly string[]): Promise<Counted[]> {
    if (datasetIds.length === 0) return [];
    const pipeline = [{ $match: { datasetId: { $in: [...datasetIds] } } }, { $group: { _id: '$country', count: { $sum: 1 } } }];
    return search.aggregate<Counted>(pipeline, { hint: 'byCountry' }).toArray();
  }

  async function countMailboxes(sourceIds: string[]): Promise<Map<string, number>> {
    const pipeline = [
      { $match: { sourceId: { $in: sourceIds }, state: { $ne: 'retired' } } },
      { $group: { _id: '$sourceId', count: { $sum: 1 } } },
    ];
    const counted = await mailboxes.aggregate<Counted>(pipeline).toArray();
    return new Map(counted.map(({ _id, count }) => [_id, count]));
  }

  return {
    async countries({ documentsOf, sourcesOf }) {
      const filter = sourcesOf === null ? {} : { datasetId: { $in: [...sourcesOf] } };
      const [documents, found] = await Promise.all([
        countDocuments(documentsOf),
        sources.find(filter, { projection: { country: 1 } }).toArray(),
      ]);
      const inSource = await countMailboxes(found.map(({ _id }) => _id));
      const counts = new Map<string, CountryCounts>();
      const of = (country: string): CountryCounts => {
        const known = counts.get(country) ?? { country, documents: 0, sources: 0, mailboxes: 0 };
        counts.set(country, known);
        return known;
      };
      for (const { _id, count } of documents) of(_id).documents += count;
      for (const { _id, country } of found) {
        of(country).sources += 1;
        of(country).mailboxes += inSource.get(_id) ?? 0;
      }
      return [...counts.values()].toSorted((left, right) => (left.country < right.country ? -1 : 1));
    },
  };
}
