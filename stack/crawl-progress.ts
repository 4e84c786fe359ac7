import type { Db } from 'mongodb';
import type { SourceState } from '../contract/workflow/states.ts';
import type { ApiClient } from './api-client.ts';
import { readSource } from './sample-source.ts';

/** How far the sample's crawl is. */
export interface Progress {
  state: SourceState;
  /** Why it is blocked or failed, in words, else null. */
  reason: string | null;
  cycle: number;
  requests: number;
  /** Mailboxes of this cycle's scope: how many, how many of them are closed in it, and those by how they ended. */
  mailboxes: { all: number; closed: number; byState: Record<string, number> };
  documents: number;
  skips: number;
}

interface CrawlAnswer {
  state: SourceState;
  cycle: number;
  counts: { requests: number };
}

async function countMailboxes(db: Db, { sourceId, cycle }: { sourceId: string; cycle: string }): Promise<Progress['mailboxes']> {
  const isClosed = { $eq: ['$closedIn', cycle] };
  const groups = await db
    .collection('mailboxes')
    .aggregate<{ _id: { state: string; closed: boolean }; count: number }>([
      { $match: { sourceId, resolvedIn: cycle } },
      { $group: { _id: { state: '$state', closed: isClosed }, count: { $sum: 1 } } },
    ])
    .toArray();
  const sum = (rows: typeof groups): number => rows.reduce((total, row) => total + row.count, 0);
  const closed = groups.filter((group) => group._id.closed);
  return { all: sum(groups), closed: sum(closed), byState: Object.fromEntries(closed.map((group) => [group._id.state, group.count])) };
}

/** Reads how far the crawl is: states from the API, counts from the collections. */
export async function readProgress(options: { api: ApiClient; db: Db; sourceId: string; crawlId: string }): Promise<Progress> {
  const { api, db, sourceId, crawlId } = options;
  const crawl = await api.call<CrawlAnswer>('GET', `/v1/crawls/${crawlId}`);
  const [source, mailboxes, documents, skips] = await Promise.all([
    readSource(api, sourceId),
    countMailboxes(db, { sourceId, cycle: `${crawlId}/${crawl.cycle}` }),
    db.collection('documents').countDocuments({ sourceId, removal: null }),
    db.collection('skips').countDocuments({ sourceId, state: 'open' }),
  ]);
  const { stateReason } = source;
  const reason = stateReason === null ? null : [stateReason.code, stateReason.words, stateReason.remedy].filter(Boolean).join(': ');
  return { state: crawl.state, reason, cycle: crawl.cycle, requests: crawl.counts.requests, mailboxes, documents, skips };
}

/** Progress as one line. */
export function progressLine(progress: Progress): string {
  const { state, reason, cycle, mailboxes, documents, skips } = progress;
  const parts = [
    `${state}${reason === null ? '' : ` (${reason})`}`,
    `cycle ${cycle}`,
    `${mailboxes.closed} of ${mailboxes.all} mailboxes`,
    `${documents} documents`,
  ];
  return [...parts, ...(skips > 0 ? [`${skips} skipped`] : [])].join(' · ');
}
