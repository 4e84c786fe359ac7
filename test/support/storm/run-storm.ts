import { expect } from 'vitest';
import { createRandom, type Random } from '../../crawl/world/random.ts';
import { wholeTruth, type Organisation } from '../organisation.ts';
import { waitFor } from '../wait-for.ts';
import { stormActs, type Act } from './acts.ts';
import { staleChangeKeys } from './change-keys.ts';
import { createTenantWriter, type TenantWriter } from './tenant-writer.ts';

export interface StormPlan {
  seed: number;
  /** What must happen, in whatever order; all kinds of acts when not given. */
  acts?: (act: Act) => boolean;
  /** Requests that are served between two acts, on average. */
  requestsBetween: number;
  /** Changes that people make between two acts. */
  writesBetween: number;
  /** Mailboxes in which people work meanwhile. */
  lively: number;
}

const quietCycles = 2;

/** Said as it happens, so that a storm which fails can be followed. */
const say = (seed: number, words: string): void => void process.stderr.write(`TRAWL_STORM_SEED=${seed}: ${words}\n`);

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((one) => ({ one, at: random.next() }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ one }) => one);
}

/** Wakes a source that waits for its next cycle; one that has failed ends the storm. */
async function keepGoing({ organisation, sourceId }: { organisation: Organisation; sourceId: string }): Promise<void> {
  const { state, stateReason } = await organisation.source(sourceId);
  if (state === 'failed' || state === 'stopped') throw new Error(`The source is ${state}: ${stateReason?.code ?? ''}`);
  if (state === 'waiting') await organisation.command(sourceId, 'run-now');
}

/** Lets the crawl go on for some requests, while people make changes. */
async function letGoOn(
  crawl: { organisation: Organisation; sourceId: string },
  { writer, requests, writes }: { writer: TenantWriter; requests: number; writes: number },
): Promise<void> {
  const { tenant } = crawl.organisation;
  const share = Math.ceil(requests / (writes + 1));
  for (let done = 0; done <= writes; done += 1) {
    if (done > 0) await writer.write();
    const { requests: before } = await tenant.stats();
    const served = async () => {
      await keepGoing(crawl);
      return (await tenant.stats()).requests - before >= share;
    };
    // A blocked source may be probed again after minutes.
    await waitFor(`${share} more requests`, served, { timeoutMs: 600_000 });
  }
}

/** Runs cycles that began after all faults had ended. */
async function runQuietCycles(crawl: { organisation: Organisation; sourceId: string; crawlId: string }): Promise<void> {
  const { organisation, crawlId } = crawl;
  const cycles = async () =>
    (await organisation.client.call<{ cycles: { number: number; endedAt: string | null }[] }>('GET', `/v1/crawls/${crawlId}`)).cycles;
  const last = Math.max(0, ...(await cycles()).map(({ number }) => number)) + quietCycles;
  const ended = async () => {
    await keepGoing(crawl);
    return (await cycles()).some(({ number, endedAt }) => number === last && endedAt !== null);
  };
  await waitFor(`the end of cycle ${last}`, ended, { timeoutMs: 600_000 });
}

/** Crawls the organisation through a storm by seed, lets it come to rest, and expects what is stored to be the truth. */
export async function expectTruthAfterStorm(organisation: Organisation, plan: StormPlan): Promise<{ sourceId: string }> {
  const { seed, acts: wanted = () => true } = plan;
  const { tenant } = organisation;
  const random = createRandom(seed);
  const people = (await tenant.mailboxes()).filter((mailbox) => mailbox.hasMailbox && mailbox.messages > 0);
  const mailboxIds = shuffled(people, random).map(({ mailboxId }) => mailboxId);
  const [lively, still] = [mailboxIds.slice(0, plan.lively), mailboxIds.slice(plan.lively)];
  const writer = await createTenantWriter(tenant, { random: createRandom(seed + 1), mailboxIds: lively });
  const sourceId = await organisation.makeSource({ mode: 'continuous', intervalMs: 60_000 });
  const [weekday, ...rest] = stormActs({ organisation, sourceId, random, still });
  await weekday!.happen();
  const crawlId = await organisation.crawl(sourceId);
  const crawl = { organisation, sourceId, crawlId };
  for (const act of shuffled(rest.filter(wanted), random)) {
    const requests = 1 + random.below(2 * plan.requestsBetween);
    await letGoOn(crawl, { writer, requests, writes: plan.writesBetween });
    say(seed, `${await organisation.documents(sourceId)} documents, ${act.what}`);
    await act.happen();
  }
  await letGoOn(crawl, { writer, requests: plan.requestsBetween, writes: plan.writesBetween });
  await tenant.clearFaults();
  say(seed, `${await organisation.documents(sourceId)} documents, calm; changes made: ${JSON.stringify([...writer.made])}`);
  await runQuietCycles(crawl);
  await expectTruth(crawl);
  return { sourceId };
}

async function expectTruth({ organisation, sourceId }: { organisation: Organisation; sourceId: string }): Promise<void> {
  const skips = await organisation.db.collection('skips').find({ sourceId, state: 'open' }).project({ _id: 1, code: 1 }).toArray();
  expect(skips, 'skips without a fault that would explain them').toEqual([]);
  const notDone = (await organisation.mailboxes(sourceId)).filter(({ state }) => !['done', 'ineligible', 'retired'].includes(state));
  expect(notDone.map(({ mailboxId, state, reason }) => `${mailboxId} is ${state}: ${reason?.code ?? ''}`)).toEqual([]);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  expect(await staleChangeKeys(organisation, sourceId), 'items with an old change key').toEqual([]);
}
