import type { MailboxLimits } from '../contract/budget.ts';
import { parseFlags } from '../stack/parse-flags.ts';
import { exitCodes, stackError } from '../stack/stack-error.ts';

export const usage = `usage: npm run bench -- [--messages n] [--mailboxes n] [--latency-ms n] [--pairs n] [--page-size n] [--without-index] [--without-extraction]
                        [--without-attachments] [--folder path] [--profile folder] [--limits in-flight,requests,seconds]
       npm run bench -- memory [--sizes n,n,…] [--mailboxes n] [--latency-ms n] [--without-extraction] [--without-attachments]
       npm run bench -- emulator [--sizes n,n,…]
       npm run bench -- api [--sizes n,n,…] [--seconds n]
       npm run bench -- credential-test [--mailboxes n] [--messages n] [--latency-ms n]
  Crawls a seeded organisation with Trawl and with a bare fetch-and-insert loader, in turn, and compares them.
  --messages n      messages of the organisation, about (default 20000)
  --mailboxes n     its mailboxes (default 20)
  --latency-ms n    how long each answer of the local Microsoft 365 waits (default 0)
  --pairs n         how often each of the two is measured (default 3)
  --page-size n     messages a page, for both (default: the worker's)
  --without-index   ends the workflow that fills the search index, to measure the crawl alone
  --without-extraction   fetches and hashes attachments and reads none for its words (TRAWL_EXTRACT_PROCESSES=0)
  --without-attachments  an organisation whose messages have no attachments
  --folder path     the crawl reads this folder alone, such as Inbox; the loader reads all
  --limits a,b,c    a mailbox takes a requests in flight and b in c seconds; says what part of that was used
  --sizes n,n,…     memory: messages of the organisations that are crawled, about (default 10000,1000000)
  --seconds n       api: how long each path is asked (default 10); --sizes: documents that are stored
  --profile folder  leaves CPU profiles of the workers there; profiling costs time of its own`;

export interface BenchOptions {
  messages: number;
  mailboxes: number;
  latencyMs: number;
  pairs: number;
  /** Null for the worker's default. */
  pageSize: number | null;
  withoutIndex: boolean;
  withoutExtraction: boolean;
  withoutAttachments: boolean;
  /** The only folder that is crawled; null for all. */
  folder: string | null;
  profileFolder: string | null;
  /** Null for Exchange's. */
  limits: MailboxLimits | null;
  sizes: number[];
  /** How long each path of the API is asked. */
  seconds: number;
  help: boolean;
}

const flags = {
  messages: { type: 'string' },
  mailboxes: { type: 'string' },
  'latency-ms': { type: 'string' },
  pairs: { type: 'string' },
  'page-size': { type: 'string' },
  'without-index': { type: 'boolean' },
  'without-extraction': { type: 'boolean' },
  'without-attachments': { type: 'boolean' },
  folder: { type: 'string' },
  profile: { type: 'string' },
  limits: { type: 'string' },
  sizes: { type: 'string' },
  seconds: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

function wholeNumber(name: string, given: string | undefined, limits: { least: number; most: number; fallback: number }): number {
  if (given === undefined) return limits.fallback;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= limits.least && value <= limits.most) return value;
  throw stackError(exitCodes.configuration, `--${name} must be a whole number from ${limits.least} to ${limits.most}\n${usage}`);
}

function wholeNumbers(name: string, given: string): number[] {
  return given.split(',').map((part) => wholeNumber(name, part, { least: 1, most: 10_000_000, fallback: 0 }));
}

function readLimits(given: string | undefined): MailboxLimits | null {
  if (given === undefined) return null;
  const [inFlight, requests, seconds] = wholeNumbers('limits', given);
  if (inFlight === undefined || requests === undefined || seconds === undefined)
    throw stackError(exitCodes.configuration, `--limits must be three whole numbers, commas between\n${usage}`);
  return { inFlight, requests, windowMs: seconds * 1000 };
}

/** What a command measures when no flag says otherwise. */
export type BenchDefaults = Partial<Pick<BenchOptions, 'mailboxes' | 'messages' | 'latencyMs'>>;

/** Reads the flags of `npm run bench`. Throws with exit code 2 in words for a wrong one. */
export function readBenchOptions(args: string[], defaults: BenchDefaults = {}): BenchOptions {
  const { values } = parseFlags({ args, flags, usage });
  const pageSize = wholeNumber('page-size', values['page-size'], { least: 1, most: 1000, fallback: 0 });
  return {
    messages: wholeNumber('messages', values.messages, { least: 1, most: 10_000_000, fallback: defaults.messages ?? 20_000 }),
    mailboxes: wholeNumber('mailboxes', values.mailboxes, { least: 1, most: 10_000, fallback: defaults.mailboxes ?? 20 }),
    latencyMs: wholeNumber('latency-ms', values['latency-ms'], { least: 0, most: 10_000, fallback: defaults.latencyMs ?? 0 }),
    pairs: wholeNumber('pairs', values.pairs, { least: 1, most: 100, fallback: 3 }),
    pageSize: pageSize === 0 ? null : pageSize,
    withoutIndex: values['without-index'] ?? false,
    withoutExtraction: values['without-extraction'] ?? false,
    withoutAttachments: values['without-attachments'] ?? false,
    folder: values.folder ?? null,
    profileFolder: values.profile ?? null,
    limits: readLimits(values.limits),
    sizes: wholeNumbers('sizes', values.sizes ?? '10000,1000000'),
    seconds: wholeNumber('seconds', values.seconds, { least: 1, most: 3600, fallback: 10 }),
    help: values.help ?? false,
  };
}
