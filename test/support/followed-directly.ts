import { expect } from 'vitest';
import type { CrawlSettings } from '../../activities/deps.ts';
import { startDirectCrawl, type DirectCrawl } from './direct-crawl.ts';
import { followedSize, wordsOfMailbox, type FollowedMailbox } from './followed-crawl.ts';
import { wholeTruth } from './organisation.ts';
import { fullestMailbox, type Tenant } from './tenant.ts';

/** A mailbox that is followed without Temporal and API: for stories of many cycles. */
export interface FollowedDirectly extends FollowedMailbox {
  crawl: DirectCrawl;
}

/** Starts a tenant in this process and crawls it once; resolves when that cycle has stored the truth. */
export async function followDirectly(given: {
  seed: string;
  crawlSettings?: Partial<CrawlSettings>;
  /** Sets the tenant up before anything is read. */
  before?: (tenant: Tenant) => Promise<void>;
}): Promise<FollowedDirectly> {
  const { seed, crawlSettings = {}, before } = given;
  const crawl = await startDirectCrawl({ seed: { ...followedSize, seed }, crawlSettings });
  try {
    await before?.(crawl.tenant);
    return await begin(crawl);
  } catch (error) {
    await crawl.stop();
    throw error;
  }
}

async function begin(crawl: DirectCrawl): Promise<FollowedDirectly> {
  const { tenant, store, sourceId } = crawl;
  const { db } = store;
  let cycle = 0;
  const nextCycle = async () => {
    cycle += 1;
    await crawl.cycle();
    await crawl.index();
    expect(await crawl.compare(), `what is stored after cycle ${cycle}`).toEqual(wholeTruth);
  };
  const words = wordsOfMailbox({ tenant, db, sourceId, mailboxId: await fullestMailbox(tenant) });
  await nextCycle();
  return {
    ...words,
    crawl,
    nextCycle,
    stop: () => crawl.stop(),
  };
}
