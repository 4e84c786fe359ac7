import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';

/** Activities under the same options, each with the line that the Web UI shows of it in timelines and lists of events. */
export function summarised<T extends object>(options: ActivityOptions, summaries: Record<keyof T & string, string>): T {
  const entries = Object.entries<string>(summaries).map(([name, summary]) => {
    const proxied = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>({ ...options, summary });
    return [name, proxied[name]];
  });
  return Object.fromEntries(entries) as T;
}
