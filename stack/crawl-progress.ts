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
  /** Mailboxes by state. */
  mailboxes: Record<string, number>;
  documents: number;
  skips: number;
}

interface CrawlAnswer {
  state: SourceState;
  cycle: number;
  counts: { requests: number };
}

/** Reads how far the crawl is: states from the API, counts from the collections. */
export async function readProgress(options: { api: ApiClient; db: Db; sourceId: string; crawlId: string }): Promise<Progress> {
  const { api, db, sourceId, crawlId } = options;
  const [crawl, source, groups, documents, skips] = await Promise.all([
    api.call<CrawlAnswer>('GET', `/v1/crawls/${crawlId}`),
    readSource(api, sourceId),
    db
      .collection('mailboxes')
      .aggregate<{ _id: string; count: number }>([{ $match: { sourceId } }, { $group: { _id: '$state', count: { $sum: 1 } } }])
      .toArray(),
    db.collection('documents').countDocuments({ sourceId, removal: null }),
    db.collection('skips').countDocuments({ sourceId, state: 'open' }),
  ]);
  const { stateReason } = source;
  const reason = stateReason === null ? null : [stateReason.code, stateReason.words, stateReason.remedy].filter(Boolean).join(': ');
  const mailboxes = Object.fromEntries(groups.map((group) => [group._id, group.count]));
  return { state: crawl.state, reason, cycle: crawl.cycle, requests: crawl.counts.requests, mailboxes, documents, skips };
}

const closedStates = ['done', 'doneWithSkips', 'blocked', 'ineligible'];

/** Progress as one line. */
export function progressLine(progress: Progress): string {
  const { state, reason, cycle, mailboxes, documents, skips } = progress;
  const all = Object.values(mailboxes).reduce((sum, count) => sum + count, 0);
  const closed = closedStates.reduce((sum, name) => sum + (mailboxes[name] ?? 0), 0);
  const running = mailboxes['running'] ?? 0;
  const parts = [
    `${state}${reason === null ? '' : ` (${reason})`}`,
    `cycle ${cycle}`,
    `mailboxes ${closed} of ${all} closed, ${running} running`,
    `${documents} documents`,
  ];
  return [...parts, ...(skips > 0 ? [`${skips} skipped`] : [])].join(' · ');
}
