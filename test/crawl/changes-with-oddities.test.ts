import { afterAll, beforeAll, expect, test } from 'vitest';
import { followDirectly, type FollowedDirectly } from '../support/followed-directly.ts';
import { folderStories } from '../support/folder-stories.ts';
import { messageStories, moveStories } from '../support/message-stories.ts';
import type { Tenant } from '../support/tenant.ts';

/** What delta is reported to do in the field; those that would never let a walk end are drawn now and then. */
const oddities = [
  { quirk: 'loseMoveAndBack' },
  { quirk: 'partialReadState' },
  { quirk: 'itemsTwice', share: 0.4 },
  { quirk: 'emptyPage', share: 0.3 },
  { quirk: 'replay', share: 0.3 },
  { quirk: 'removalInFirstRound', share: 0.5 },
  { quirk: 'tokenGenerations' },
];

let crawl: FollowedDirectly;
const played = new Map<string, { id: string }>();

async function play(tenant: Tenant): Promise<void> {
  for (const { quirk, share } of oddities) {
    const match = share === undefined ? {} : { share, seed: quirk };
    played.set(quirk, await tenant.fault({ match, answer: { quirk } }));
  }
}

beforeAll(async () => {
  crawl = await followDirectly({ seed: 'oddities', crawlSettings: { messagePageSize: 6 }, before: play });
});
afterAll(() => crawl?.stop());

messageStories(() => crawl);
moveStories(() => crawl);
folderStories(() => crawl);

test('the oddities were met, and no link was used that was too old for Exchange', async () => {
  const counts = new Map<string, number>();
  for (const [quirk, fault] of played) counts.set(quirk, await crawl.tenant.played(fault));
  const { tokenGenerations, ...met } = Object.fromEntries(counts);
  expect(Object.entries(met).filter(([, count]) => count === 0)).toEqual([]);
  expect(tokenGenerations).toBe(0);
});
