import { continueAsNew } from '@temporalio/workflow';
import { indexActivities } from './proxies.ts';

const forMs = 10 * 60_000;
const roundsPerRun = 50;

/** Fills the search index from marked documents, for ever: search is kept apart from crawling, with slots of its own. */
export async function indexDocuments(): Promise<void> {
  for (let round = 0; round < roundsPerRun; round += 1) await indexActivities().indexDocuments({ v: 1, forMs });
  await continueAsNew<typeof indexDocuments>();
}
