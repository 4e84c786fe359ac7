import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchParts } from './bench-parts.ts';
import { round } from './figures.ts';
import { measureCrawl } from './measure-crawl.ts';
import { startServers } from './servers.ts';
import { createTenantControl } from './tenant-control.ts';

/** Crawls organisations of several sizes, each with a fresh worker, and compares what memory the workers took at most. */
export async function benchMemory(parts: BenchParts): Promise<void> {
  const { options, makeRunner, say } = parts;
  const rows: object[] = [];
  const peaks: number[] = [];
  let first: { messages: number; worker: number } | null = null;
  for (const messages of options.sizes) {
    const folder = join(parts.folder, String(messages));
    await mkdir(folder);
    const ofSize = { ...options, messages };
    const runner = makeRunner();
    const servers = await startServers({ ...parts, folder, options: ofSize, runner });
    const control = createTenantControl(servers.emulator.controlUrl);
    await control.setLatency(options.latencyMs);
    say(`${messages} messages: the crawl`);
    const crawl = await measureCrawl({ servers, control, runner, options: ofSize, round: 1 });
    peaks.push(crawl.workerPeakMib);
    const now = { messages: crawl.messages, worker: crawl.use.byProcess['worker']! };
    const beyond = first === null ? null : round(((now.worker - first.worker) * 1000) / (now.messages - first.messages), 3);
    first ??= now;
    rows.push({
      messages: crawl.messages,
      documents: crawl.documents,
      seconds: round(crawl.use.seconds, 1),
      'messages per second': round(crawl.messages / crawl.use.seconds, 0),
      'CPU s of worker per 1,000': round((crawl.use.byProcess['worker']! * 1000) / crawl.messages, 3),
      'beyond the first size': beyond,
      'CPU s of extraction per 1,000': round((crawl.use.byProcess['extraction']! * 1000) / crawl.messages, 3),
      'peak of worker, MiB': round(crawl.workerPeakMib, 0),
      'peak against the first': round(crawl.workerPeakMib / peaks[0]!, 2),
      'events of a mailbox': crawl.histories.largestMailbox,
    });
    await runner.stopAll();
  }
  console.table(rows);
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}
