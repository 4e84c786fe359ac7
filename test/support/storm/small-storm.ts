import { expect } from 'vitest';
import { startOrganisation } from '../organisation.ts';
import type { Act } from './acts.ts';
import { expectTruthAfterStorm } from './run-storm.ts';

/** Every third act by the seed: all of them take minutes, which the storm over a hundred thousand documents has. */
const someActs = (seed: number) => {
  let number = seed;
  return (_act: Act) => (number += 1) % 3 === 0;
};

/** One storm over a small organisation, with processes of its own; it must end in the truth. */
export async function expectTruthAfterSmallStorm(seed: number): Promise<void> {
  const organisation = await startOrganisation({
    tenant: { mailboxes: 7, messagesPerMailbox: 170, seed: `storm-${seed}` },
    ownMongod: true,
    workers: 2,
    settings: { TRAWL_MESSAGE_PAGE_SIZE: '25' },
  });
  try {
    const plan = { seed, acts: someActs(seed), requestsBetween: 40, writesBetween: 6, lively: 3 };
    const { sourceId } = await expectTruthAfterStorm(organisation, plan);
    expect(await organisation.documents(sourceId)).toBeGreaterThan(1_000);
    expect((await organisation.tenant.stats()).violations).toBe(0);
  } finally {
    await organisation.stop();
  }
}
