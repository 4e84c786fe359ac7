import type { MailboxLimits } from '../contract/budget.ts';
import { round } from './figures.ts';
import type { CrawlFigures } from './measure-crawl.ts';
import { processors } from './processor-use.ts';

/** What part of the limits a crawl has used. */
export interface LimitUse {
  /** The least seconds in which the busiest mailbox may be asked what it was asked, in proportion to the crawl's. */
  share: number;
  busiestRequests: number;
  largestWindow: number;
  requestsPerWorkerCpuSecond: number;
  limitedByCpu: boolean;
}

/**
 * The least time for a mailbox's requests: whole windows, then the rest with all places taken and an answer each latency.
 * The bare latency counts alone, so that whatever a server or the crawl adds is the crawl's loss.
 */
export function leastSeconds(requests: number, { limits, latencyMs }: { limits: MailboxLimits; latencyMs: number }): number {
  const fullWindows = Math.max(0, Math.ceil(requests / limits.requests) - 1);
  const rest = requests - fullWindows * limits.requests;
  return (fullWindows * limits.windowMs + (rest * latencyMs) / limits.inFlight) / 1000;
}

export function limitUseOf(crawl: CrawlFigures, given: { limits: MailboxLimits; latencyMs: number }): LimitUse {
  const busiestRequests = Math.max(...crawl.served.mailboxes.map(({ requests }) => requests));
  return {
    share: round(leastSeconds(busiestRequests, given) / crawl.use.seconds, 3),
    busiestRequests,
    largestWindow: Math.max(...crawl.served.mailboxes.map(({ largestWindow }) => largestWindow)),
    requestsPerWorkerCpuSecond: round(crawl.served.requests / crawl.use.byProcess['worker']!, 0),
    limitedByCpu: crawl.use.idleShare < 0.1,
  };
}

/** Lines for people, with each process's share of all processors. */
export function limitLines(crawl: CrawlFigures, use: LimitUse): string[] {
  const { seconds, byProcess, idleShare, otherShare } = crawl.use;
  const percent = (share: number) => `${round(share * 100, 1)} %`;
  const shares = Object.entries(byProcess).map(([name, used]) => `${name} ${percent(used / (seconds * processors))}`);
  return [
    `Used ${percent(use.share)} of what the limits allow: ${use.busiestRequests} requests to the busiest mailbox, at most ${use.largestWindow} in a window, ${crawl.served.violations} beyond a limit, ${round(seconds, 1)} s`,
    `${use.requestsPerWorkerCpuSecond} requests per processor second of the worker; ${[...shares, `other ${percent(otherShare)}`, `idle ${percent(idleShare)}`].join(', ')}`,
    ...(use.limitedByCpu ? ['The processors were hardly idle: this crawl was limited by CPU, not by the limits.'] : []),
  ];
}
