import { parseFlags } from '../stack/parse-flags.ts';
import { exitCodes, stackError } from '../stack/stack-error.ts';

export const usage = `usage: npm run bench -- [--messages n] [--mailboxes n] [--latency-ms n] [--pairs n] [--page-size n] [--without-index] [--profile folder]
       npm run bench -- emulator [--sizes n,n,…]
  Crawls a seeded organisation with Trawl and with a bare fetch-and-insert loader, in turn, and compares them.
  --messages n      messages of the organisation, about (default 20000)
  --mailboxes n     its mailboxes (default 20)
  --latency-ms n    how long each answer of the local Microsoft 365 waits (default 0)
  --pairs n         how often each of the two is measured (default 3)
  --page-size n     messages a page, for both (default: the worker's)
  --without-index   ends the workflow that fills the search index, to measure the crawl alone
  --profile folder  leaves CPU profiles of the workers there; profiling costs time of its own`;

export interface BenchOptions {
  messages: number;
  mailboxes: number;
  latencyMs: number;
  pairs: number;
  /** Null for the worker's default. */
  pageSize: number | null;
  withoutIndex: boolean;
  profileFolder: string | null;
  help: boolean;
}

const flags = {
  messages: { type: 'string' },
  mailboxes: { type: 'string' },
  'latency-ms': { type: 'string' },
  pairs: { type: 'string' },
  'page-size': { type: 'string' },
  'without-index': { type: 'boolean' },
  profile: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

function wholeNumber(name: string, given: string | undefined, limits: { least: number; most: number; fallback: number }): number {
  if (given === undefined) return limits.fallback;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= limits.least && value <= limits.most) return value;
  throw stackError(exitCodes.configuration, `--${name} must be a whole number from ${limits.least} to ${limits.most}\n${usage}`);
}

/** Reads the flags of `npm run bench`. Throws with exit code 2 in words for a wrong one. */
export function readBenchOptions(args: string[]): BenchOptions {
  const { values } = parseFlags({ args, flags, usage });
  const pageSize = wholeNumber('page-size', values['page-size'], { least: 1, most: 1000, fallback: 0 });
  return {
    messages: wholeNumber('messages', values.messages, { least: 1, most: 10_000_000, fallback: 20_000 }),
    mailboxes: wholeNumber('mailboxes', values.mailboxes, { least: 1, most: 10_000, fallback: 20 }),
    latencyMs: wholeNumber('latency-ms', values['latency-ms'], { least: 0, most: 10_000, fallback: 0 }),
    pairs: wholeNumber('pairs', values.pairs, { least: 1, most: 100, fallback: 3 }),
    pageSize: pageSize === 0 ? null : pageSize,
    withoutIndex: values['without-index'] ?? false,
    profileFolder: values.profile ?? null,
    help: values.help ?? false,
  };
}
