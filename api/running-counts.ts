import type { Crawl } from '../contract/crawl.ts';
import { cycleKeyOf } from '../contract/ids.ts';
import { addCounts, type Counts } from '../contract/workflow/counts.ts';
import { isActive } from '../contract/workflow/states.ts';
import type { MailboxStore } from '../store/types.ts';

const minus = (counts: Counts): Counts => ({
  pages: -counts.pages,
  documents: -counts.documents,
  removed: -counts.removed,
  skips: -counts.skips,
  requests: -counts.requests,
});

/** The crawl with what the mailboxes of its running cycle have counted so far; its record is brought up to date when the state changes. */
export async function withRunningCounts(crawl: Crawl, mailboxes: Pick<MailboxStore, 'countsIn'>): Promise<Crawl> {
  const running = crawl.cycles.at(-1);
  if (running === undefined || running.endedAt !== null || !isActive(crawl.state)) return crawl;
  const counts = await mailboxes.countsIn({
    sourceId: crawl.sourceId,
    cycleKey: cycleKeyOf({ crawlId: crawl._id, cycle: running.number }),
  });
  // The record is ahead where a state was written since the last mailbox closed.
  if (counts.requests < running.counts.requests) return crawl;
  return {
    ...crawl,
    cycles: [...crawl.cycles.slice(0, -1), { ...running, counts }],
    totals: addCounts(crawl.totals, addCounts(counts, minus(running.counts))),
  };
}
