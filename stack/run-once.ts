import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { isActive } from '../contract/workflow/states.ts';
import { compareTruth, readTruth, type Comparison } from './compare-truth.ts';
import { progressLine, readProgress, type Progress } from './crawl-progress.ts';
import { startSample } from './sample-source.ts';
import type { Screen } from './screen.ts';
import { exitCodes, wordsOf, type ExitCode } from './stack-error.ts';
import type { Stack } from './start-stack.ts';

/** What the last line of stdout holds. */
export interface Totals {
  state: string;
  complete: boolean;
  mailboxes: number;
  folders: number;
  documents: number;
  skipped: number;
  missing: number | null;
  doubled: number | null;
  extra: number | null;
  /** Items that Graph counts in folders beyond what is stored or skipped. */
  unexplained: number;
  requests: number;
  seconds: number;
  crawlId: string;
}

/** Shows progress until the crawl has ended. A look that fails is no reason to give up: the API may be starting again. */
export async function followCrawl(options: {
  read: () => Promise<Progress>;
  screen: Screen;
  pauseMs: number;
  signal?: AbortSignal;
}): Promise<Progress> {
  const { read, screen, pauseMs, signal } = options;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const progress = await read();
      screen.status(progressLine(progress));
      if (!isActive(progress.state)) return progress;
    } catch (error) {
      screen.status(`no news of the crawl: ${wordsOf(error)}`);
    }
    await sleep(pauseMs);
  }
}

/** What the crawl's own comparison with Graph's counts left unexplained, in messages and events. */
async function countUnexplained(db: Db, sourceId: string): Promise<{ folders: number; unexplained: number }> {
  const streams = db.collection('streams');
  const read = { sourceId, crawled: true, endedAt: null };
  const folders = await streams.countDocuments({ ...read, kind: 'messages' });
  let unexplained = 0;
  const differing = streams.find({ ...read, 'counts.explanation': 'unexplained' }, { projection: { counts: 1 } });
  for await (const stream of differing) unexplained += Math.abs(stream['counts'].difference);
  return { folders, unexplained };
}

function complaints(totals: Totals, comparison: Comparison): string[] {
  const examples = (kind: keyof Comparison['examples']) => comparison.examples[kind].map((example) => `\n    ${example}`).join('');
  return [
    ...(totals.state === 'completed' ? [] : [`the crawl ended ${totals.state}`]),
    ...(comparison.missing > 0 ? [`${comparison.missing} items are missing, such as${examples('missing')}`] : []),
    ...(comparison.doubled > 0 ? [`${comparison.doubled} items are doubled, such as${examples('doubled')}`] : []),
    ...(comparison.extra > 0 ? [`${comparison.extra} documents are of items that do not exist, such as${examples('extra')}`] : []),
  ];
}

/** Crawls the sample once, to its end, and compares what is stored with the truth. */
export async function runOnce(options: {
  stack: Stack;
  db: Db;
  screen: Screen;
  startedAt: number;
  signal: AbortSignal;
}): Promise<{ totals: Totals; exitCode: ExitCode }> {
  const { stack, db, screen, startedAt, signal } = options;
  const { api, emulator } = stack;
  const { sourceId, crawlId } = await startSample({ api, tenant: emulator, mode: 'once', signal });
  const last = await followCrawl({ read: () => readProgress({ api, db, sourceId, crawlId }), screen, pauseMs: 250, signal });
  screen.end();
  const comparison = await compareTruth({ db, sourceId, truth: readTruth(`${emulator.controlUrl}/truth`) });
  const { folders, unexplained } = await countUnexplained(db, sourceId);
  const totals: Totals = {
    state: last.state,
    complete: false,
    mailboxes: (last.mailboxes.byState['done'] ?? 0) + (last.mailboxes.byState['doneWithSkips'] ?? 0),
    folders,
    documents: last.documents,
    skipped: last.skips,
    missing: comparison.missing,
    doubled: comparison.doubled,
    extra: comparison.extra,
    unexplained,
    requests: last.requests,
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
    crawlId,
  };
  const wrong = complaints(totals, comparison);
  for (const line of wrong) screen.line(`trawl: not complete: ${line}`);
  totals.complete = wrong.length === 0;
  return { totals, exitCode: totals.complete ? exitCodes.complete : exitCodes.incomplete };
}
