import { expect } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import type { ScopeReport } from '../../contract/scope-report.ts';
import type { Organisation, SourceSettings, SourceView } from './organisation.ts';
import { contentWrites, operationTime } from './organisation-truth.ts';
import { waitFor } from './wait-for.ts';

export type ScopedView = SourceView & { scopeReport: ScopeReport | null; scopeRevision: number };

/** A source with a scope of its own, as a test drives it. */
export interface ScopedCrawl {
  sourceId: string;
  crawlId: string;
  source(): Promise<ScopedView>;
  report(): Promise<ScopeReport>;
  /** Addresses of the mailboxes that are not retired, sorted. */
  addresses(): Promise<string[]>;
  /** State and reason of one mailbox. */
  mailbox(address: string): Promise<{ state: string; reason: { code: string } | null } | undefined>;
  /** Runs the next cycle to its end. */
  nextCycle(): Promise<void>;
  /** Starts the next cycle, and waits until it is blocked by that code. */
  nextCycleBlockedBy(code: string): Promise<ScopedView>;
  untilBlockedBy(code: string): Promise<ScopedView>;
  change(body: object): Promise<ScopedView>;
  documents(address: string): Promise<StoredDocument[]>;
  /** Expects that the live documents are just what the tenant holds of these mailboxes. */
  expectHolds(addresses: readonly string[]): Promise<void>;
  /** How many documents' content is written while `act` goes on. */
  writesWhile(act: () => Promise<void>): Promise<number>;
}

/** Makes a source with these settings and crawls it; resolves when its first cycle is over, or it is blocked. */
export async function crawlScope(
  organisation: Organisation,
  settings: SourceSettings & { mode?: 'once' | 'continuous' },
): Promise<ScopedCrawl> {
  const { client, db, tenant } = organisation;
  const sourceId = await organisation.makeSource(settings);
  const crawlId = await organisation.crawl(sourceId);
  const source = (): Promise<ScopedView> => client.call('GET', `/v1/sources/${sourceId}`);
  const collection = db.collection<StoredDocument>('documents');
  let cycle = 1;
  const settled = async () => {
    const ended = await db.collection<{ _id: string }>('crawls').countDocuments({
      _id: crawlId,
      cycles: { $elemMatch: { number: cycle, endedAt: { $ne: null } } },
    });
    return ended > 0 || (await source()).state === 'blocked';
  };
  const untilSettled = () => waitFor(`cycle ${cycle} to end or be blocked`, settled, { timeoutMs: 90_000 });
  const untilBlockedBy = (code: string) =>
    waitFor(
      `the source to be blocked by ${code}`,
      async () => {
        const seen = await source();
        if (seen.state === 'blocked' && seen.stateReason?.code === code) return seen;
        throw new Error(`it is ${seen.state} ${seen.stateReason?.code ?? ''}`);
      },
      { timeoutMs: 60_000 },
    );
  const mailboxes = () => organisation.mailboxes(sourceId);
  await untilSettled();
  return {
    sourceId,
    crawlId,
    source,
    async report() {
      const { scopeReport } = await source();
      expect(scopeReport).not.toBeNull();
      return scopeReport!;
    },
    addresses: async () =>
      (await mailboxes())
        .filter(({ state }) => state !== 'retired')
        .map(({ address }) => address ?? '')
        .toSorted(),
    mailbox: async (address) => (await mailboxes()).find((each) => each.address === address),
    async nextCycle() {
      cycle += 1;
      await organisation.command(sourceId, 'run-now');
      await organisation.untilCycle(crawlId, cycle);
    },
    async nextCycleBlockedBy(code) {
      cycle += 1;
      await organisation.command(sourceId, 'run-now');
      return untilBlockedBy(code);
    },
    untilBlockedBy,
    change: (body) => client.call('PATCH', `/v1/sources/${sourceId}`, body),
    async documents(address) {
      const { mailboxId } = (await tenant.mailboxes()).find((each) => each.address === address)!;
      return collection.find({ sourceId, mailboxId }).sort({ _id: 1 }).toArray();
    },
    async expectHolds(addresses) {
      const ids = new Set(
        (await tenant.mailboxes()).filter(({ address }) => addresses.includes(address)).map(({ mailboxId }) => mailboxId),
      );
      const truth = (await tenant.truth()).filter((item) => ids.has(item.mailboxId) && item.kind === 'message' && item.hidden !== true);
      const live = await collection
        .find({ sourceId, removal: null, kind: 'message' }, { projection: { mailboxId: 1, graphId: 1 } })
        .toArray();
      const keys = (items: { mailboxId: string; id: string }[]) => items.map(({ mailboxId, id }) => `${mailboxId} ${id}`).toSorted();
      expect(truth.length).toBeGreaterThan(0);
      expect(keys(live.map(({ mailboxId, graphId }) => ({ mailboxId, id: graphId })))).toEqual(keys(truth));
    },
    async writesWhile(act) {
      const since = await operationTime(db);
      await act();
      const writes = await contentWrites(db, { since });
      return [...writes].filter(([id]) => id.startsWith(`${sourceId}:`)).reduce((sum, [, count]) => sum + count, 0);
    },
  };
}
