import type { ClientSession, Db } from 'mongodb';
import type { Crawl, Cycle } from '../contract/crawl.ts';
import { addCounts, noCounts, type Counts } from '../contract/workflow/counts.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import { collectionsOf } from './collections.ts';
import { inTransaction } from './transaction.ts';
import type { CrawlStore } from './types.ts';

const cyclesKept = 50;
const endedStates: readonly SourceState[] = ['completed', 'stopped', 'failed'];

/** Crawls and their cycles: the truth after Temporal has forgotten the history. */
export function createCrawls(db: Db): CrawlStore {
  const { crawls } = collectionsOf(db);

  /** Reads, changes and writes a crawl in one transaction; false when there is none, or `change` wants nothing changed. */
  async function changeCrawl(id: string, change: (crawl: Crawl) => Partial<Crawl> | null): Promise<boolean> {
    return inTransaction(db, async (session: ClientSession) => {
      const crawl = await crawls.findOne({ _id: id }, { session });
      const set = crawl === null ? null : change(crawl);
      if (set === null) return false;
      await crawls.updateOne({ _id: id }, { $set: set }, { session });
      return true;
    });
  }

  return {
    async create(crawl) {
      await crawls.insertOne(crawl);
    },
    get: async (id) => crawls.findOne({ _id: id }),
    async list({ sourceId, state, after, limit }) {
      return crawls
        .find({
          ...(sourceId !== undefined && { sourceId }),
          ...(state !== undefined && { state }),
          ...(after !== null && { _id: { $lt: after } }),
        })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray();
    },
    async remove(id) {
      await crawls.deleteOne({ _id: id });
    },

    writeState: async ({ crawlId, state, sequence, reason, cycle, counts }) =>
      changeCrawl(crawlId, (crawl) => {
        if (sequence <= crawl.stateSequence) return null;
        const ended = endedStates.includes(state) ? new Date() : null;
        return { state, stateSequence: sequence, stateReason: reason, endedAt: ended, ...withCycle(crawl, { number: cycle, counts }) };
      }),

    openCycle: async ({ crawlId, number, at }) =>
      changeCrawl(crawlId, (crawl) => {
        if (crawl.cycles.some((cycle) => cycle.number === number)) return null;
        const opened: Cycle = { number, startedAt: at, endedAt: null, completeness: null, counts: { ...noCounts }, mailboxes: {} };
        return { cycle: Math.max(crawl.cycle, number), cycles: [...crawl.cycles, opened].slice(-cyclesKept) };
      }),

    closeCycle: async ({ crawlId, number, at, completeness, counts, mailboxes, reasons = {}, skipped = {} }) =>
      changeCrawl(crawlId, (crawl) =>
        withCycle(crawl, { number, counts, closed: { endedAt: at, completeness, mailboxes, reasons, skipped } }),
      ),
  };
}

/** The crawl's cycles and totals with a cycle's counts so far; saying the same again changes nothing. */
function withCycle(crawl: Crawl, said: { number: number; counts: Counts; closed?: Partial<Cycle> }): Pick<Crawl, 'cycles' | 'totals'> {
  const before = crawl.cycles.find((cycle) => cycle.number === said.number);
  if (before === undefined) return { cycles: crawl.cycles, totals: crawl.totals };
  const cycle = { ...before, counts: said.counts, ...said.closed };
  const cycles = crawl.cycles.map((stored) => (stored.number === said.number ? cycle : stored));
  return { cycles, totals: addCounts(crawl.totals, difference(said.counts, before.counts)) };
}

function difference(left: Counts, right: Counts): Counts {
  const negative = {
    pages: -right.pages,
    documents: -right.documents,
    removed: -right.removed,
    skips: -right.skips,
    requests: -right.requests,
  };
  return addCounts(left, negative);
}
