import { round, median } from './figures.ts';
import type { CrawlFigures } from './measure-crawl.ts';
import type { LoaderFigures } from './measure-loader.ts';
import { totalOf } from './mongod-commands.ts';
import type { BenchOptions } from './options.ts';
import { processors } from './processor-use.ts';

export interface Pair {
  crawl: CrawlFigures;
  loader: LoaderFigures;
}

/** Below this much idle time, more work could not have been done in the time: the processors are the limit. */
const idleShareWhenLimited = 0.1;
/** More than this for other work makes seconds and rates worthless; processor time and ratios still say something. */
const disturbingShare = 0.25;

const attachmentRequests = (served: { byKind: Record<string, number> }): number =>
  Object.entries(served.byKind).reduce((sum, [kind, count]) => (/attachment/i.test(kind) ? sum + count : sum), 0);

/** Figures of one pair: of the crawl, of the loader, and the crawl's in proportion to the loader's. */
function figuresOf({ crawl, loader }: Pair) {
  const { pages, attachments } = loader;
  const worker = crawl.use.byProcess['worker']!;
  const perThousand = (seconds: number, messages: number) => (seconds * 1000) / messages;
  const crawlPageRequests = crawl.served.requests - attachmentRequests(crawl.served);
  const loaderPageRequests = loader.served.requests - attachmentRequests(loader.served);
  const crawlCpu = perThousand(worker, crawl.messages);
  const pagesCpu = perThousand(pages.cpuSeconds, pages.items);
  const bothCpu = perThousand(pages.cpuSeconds + attachments.cpuSeconds, pages.items);
  return {
    messages: [crawl.messages, pages.items],
    seconds: [crawl.use.seconds, pages.seconds + attachments.seconds],
    messagesPerSecond: [crawl.messages / crawl.use.seconds, pages.items / (pages.seconds + attachments.seconds)],
    requestsPerMessage: [crawl.served.requests / crawl.messages, loader.served.requests / pages.items],
    requestsPerMessageWithoutAttachments: [crawlPageRequests / crawl.messages, loaderPageRequests / pages.items],
    requestsPerMessageWithAttachments: [
      attachmentRequests(crawl.served) / Math.max(1, crawl.messagesWithAttachments),
      attachmentRequests(loader.served) / Math.max(1, crawl.messagesWithAttachments),
    ],
    mongodbCommandsPerMessage: [totalOf(crawl.commands) / crawl.messages, totalOf(loader.commands) / pages.items],
    cpuSecondsPer1000Messages: [crawlCpu, bothCpu],
    cpuSecondsPer1000MessagesAgainstPagesAlone: [crawlCpu, pagesCpu],
    peakMib: [crawl.workerPeakMib, loader.peakMib],
  };
}

type Figures = ReturnType<typeof figuresOf>;

const rows: Record<keyof Figures, { title: string; digits: number }> = {
  messages: { title: 'messages', digits: 0 },
  seconds: { title: 'seconds', digits: 1 },
  messagesPerSecond: { title: 'messages per second', digits: 0 },
  requestsPerMessage: { title: 'requests per message', digits: 4 },
  requestsPerMessageWithoutAttachments: { title: '  without those for attachments', digits: 4 },
  requestsPerMessageWithAttachments: { title: '  for attachments, per message that has some', digits: 3 },
  mongodbCommandsPerMessage: { title: 'MongoDB commands per message', digits: 3 },
  cpuSecondsPer1000Messages: { title: 'CPU s of worker / loader per 1,000 messages', digits: 3 },
  cpuSecondsPer1000MessagesAgainstPagesAlone: { title: '  against a loader of pages alone', digits: 3 },
  peakMib: { title: 'peak memory of worker / loader, MiB', digits: 0 },
};

function summary(pairs: readonly Pair[]) {
  const figures = pairs.map(figuresOf);
  const names = Object.keys(rows) as (keyof Figures)[];
  const entries = names.map((name) => {
    const { digits } = rows[name];
    const [crawl, loader] = [0, 1].map((side) => round(median(figures.map((one) => one[name][side]!)), digits));
    const ratio = round(median(figures.map((one) => one[name][0]! / one[name][1]!)), 2);
    return [name, { crawl, loader, ratio }] as const;
  });
  return Object.fromEntries(entries) as Record<keyof Figures, { crawl: number; loader: number; ratio: number }>;
}

/** Median share of all processors' time during the crawl, by process, in per cent. */
function processorShares(pairs: readonly Pair[]): Record<string, number> {
  const percent = (pick: (pair: Pair) => number) => round(median(pairs.map(pick)) * 100, 1);
  const names = Object.keys(pairs[0]!.crawl.use.byProcess);
  const shares = names.map((name) => [name, percent(({ crawl: { use } }) => use.byProcess[name]! / (use.seconds * processors))] as const);
  return {
    ...Object.fromEntries(shares),
    other: percent(({ crawl }) => crawl.use.otherShare),
    idle: percent(({ crawl }) => crawl.use.idleShare),
  };
}

const extractionCpu = ({ crawl }: Pair): number => (crawl.use.byProcess['extraction']! * 1000) / crawl.messages;

/** Everything that one run has found, as it is written in the JSON line. */
export function resultOf(pairs: readonly Pair[], options: BenchOptions & { pageSize: number }) {
  const last = pairs.at(-1)!.crawl;
  const shares = processorShares(pairs);
  const { mailboxes, latencyMs, pageSize, withoutIndex, withoutExtraction, withoutAttachments } = options;
  return {
    date: new Date().toISOString().slice(0, 10),
    processors,
    pairs: pairs.length,
    ...{ mailboxes, latencyMs, pageSize, withoutIndex, withoutExtraction, withoutAttachments },
    figures: summary(pairs),
    processorSharePercent: shares,
    /** Of the worker's children, which read attachments for their words: not in the worker's own figure. */
    extractionCpuSecondsPer1000Messages: round(median(pairs.map(extractionCpu)), 3),
    historyEvents: last.histories,
    documents: last.documents,
    indexedAtEnd: last.indexed,
    mongodbCommands: last.commands,
    requestsByKind: last.served.byKind,
    throttled: pairs.reduce((sum, { crawl }) => sum + crawl.served.violations, 0),
    limitedByCpu: shares['idle']! < idleShareWhenLimited * 100,
    disturbed: shares['other']! > disturbingShare * 100,
  };
}

export type BenchResult = ReturnType<typeof resultOf>;

/** The result as a table for people. */
export function tableOf(result: BenchResult): string {
  const widths = [48, 10, 10, 8];
  const line = (cells: string[]) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!))).join('');
  const body = (Object.keys(rows) as (keyof Figures)[]).map((name) => {
    const { crawl, loader, ratio } = result.figures[name];
    return line([rows[name].title, String(crawl), String(loader), `${ratio.toFixed(2)}x`]);
  });
  const shares = Object.entries(result.processorSharePercent).map(([name, percent]) => `${name} ${percent} %`);
  const { historyEvents, documents, indexedAtEnd, limitedByCpu, disturbed } = result;
  return [
    `Medians of ${result.pairs} pairs; ${result.mailboxes} mailboxes, ${result.pageSize} messages a page, ${result.latencyMs} ms latency, ${result.processors} processors`,
    line(['', 'Trawl', 'bare', 'ratio']),
    ...body,
    `CPU s per 1,000 messages besides, in the worker's processes that read attachments: ${result.extractionCpuSecondsPer1000Messages}`,
    `Share of all processors during the crawl: ${shares.join(', ')}`,
    `Events in the longest history of a mailbox: ${historyEvents.largestMailbox}; in the source's: ${historyEvents.source}`,
    `Documents stored: ${documents}; of them in the search index when the crawl ended: ${indexedAtEnd}`,
    ...(limitedByCpu ? ['The crawl was limited by CPU: the processors were hardly idle.'] : []),
    ...(disturbed ? ['The machine was busy with other work: seconds and rates say little, CPU seconds and ratios more.'] : []),
  ].join('\n');
}
