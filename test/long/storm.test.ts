import { expect, test } from 'vitest';
import { startOrganisation } from '../support/organisation.ts';
import { expectTruthAfterStorm } from '../support/storm/run-storm.ts';
import { expectTruthAfterSmallStorm } from '../support/storm/small-storm.ts';

/** Other storms in each run; `TRAWL_STORM_SEED` repeats them. */
const seed = Number(process.env['TRAWL_STORM_SEED'] ?? Date.now() % 1_000_000);
/** A part of the organisation, for trying things out. */
const share = Number(process.env['TRAWL_STORM_SHARE'] ?? 1);
const mailboxes = 20;
const messagesPerMailbox = Math.ceil(4_500 * share);

test('a hundred thousand documents are the truth after every process was killed and every fault was met', async () => {
  const organisation = await startOrganisation({
    tenant: { mailboxes, messagesPerMailbox, seed: `storm-${seed}` },
    ownMongod: true,
    workers: 2,
  });
  try {
    const plan = { seed, requestsBetween: Math.ceil(500 * share), writesBetween: 20, lively: 6 };
    const { sourceId } = await expectTruthAfterStorm(organisation, plan);
    expect(await organisation.db.collection('documents').countDocuments({ sourceId })).toBeGreaterThan(100_000 * share);
    expect((await organisation.tenant.stats()).violations).toBe(0);
  } finally {
    await organisation.stop();
  }
});

test(`storm ${seed} over a small organisation ends in the truth`, { timeout: 300_000 }, () => expectTruthAfterSmallStorm(seed));
