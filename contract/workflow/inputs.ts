import { count, flag, InvalidInputError, oneOf, text, textOrNull, texts, versioned } from './check.ts';
import { noCounts, type Counts } from './counts.ts';
import { priorities, retryKinds, type Priority, type RetryKind } from './names.ts';
import { crawlModes, mailboxOutcomes, type CrawlMode, type MailboxOutcome } from './states.ts';

/** Input of `crawlSource`; also what one run hands to the next. Ids and counters only. */
export interface CrawlSourceInput {
  v: 1;
  sourceId: string;
  datasetId: string;
  crawlId: string;
  mode: CrawlMode;
  priority: Priority;
  cycle: number;
  /** `open` starts the cycle anew; `window` goes on with the mailboxes after `after`. */
  phase: 'open' | 'window';
  after: string | null;
  inFlight: string[];
  /** Counts of the cycle's closed mailboxes so far. */
  counts: Counts;
  closed: number;
  /** Number of the last state written; the next one must be larger. */
  stateSequence: number;
  cycleStartedMs: number;
  pausing: boolean;
  stopping: boolean;
  windowSize: number;
  /** Mailboxes that vanished from the scope and wait for somebody's word; null when none do. */
  held?: number | null;
  /** How many of them somebody has confirmed; null when nobody has. */
  confirmed?: number | null;
  /** How often the scope was resolved in this cycle. */
  resolutions?: number;
  /** Mailboxes to crawl again on an operator's word, not fetched yet. */
  retries: string[];
  /** Kinds of mailboxes to crawl again on an operator's word, not fetched yet. */
  again?: RetryKind[];
  /** How many of the cycle's mailboxes closed in trouble, by code. */
  troubles?: Record<string, number>;
  /** A mailbox without news for this long is looked at. */
  silentAfterMs: number;
  /** A run continues as new from this many events on, far below Temporal's 51,200, so that replays stay short. */
  eventsPerRun: number;
}

/** Input of `crawlMailbox`. */
export interface CrawlMailboxInput {
  v: 1;
  sourceId: string;
  datasetId: string;
  crawlId: string;
  cycle: number;
  mailboxId: string;
  priority: Priority;
}

/** What a mailbox's workflow tells its source when it closes. */
export interface MailboxReport {
  v: 1;
  crawlId: string;
  cycle: number;
  mailboxId: string;
  outcome: MailboxOutcome;
  counts: Counts;
  /** Code of what is in its way, when something is. */
  reason?: string | null;
}

export const defaultWindowSize = 20;
export const defaultSilentAfterMs = 10 * 60_000;
export const defaultEventsPerRun = 2_000;

/** A first input: everything that is not given stands at its beginning. */
export function firstSourceInput(
  given: Pick<CrawlSourceInput, 'sourceId' | 'datasetId' | 'crawlId' | 'mode' | 'priority'>,
): CrawlSourceInput {
  return {
    v: 1,
    ...given,
    cycle: 1,
    phase: 'open',
    after: null,
    inFlight: [],
    counts: noCounts,
    closed: 0,
    stateSequence: 0,
    cycleStartedMs: 0,
    pausing: false,
    stopping: false,
    windowSize: defaultWindowSize,
    held: null,
    confirmed: null,
    resolutions: 0,
    retries: [],
    again: [],
    troubles: {},
    silentAfterMs: defaultSilentAfterMs,
    eventsPerRun: defaultEventsPerRun,
  };
}

/** Counters from outside, checked. */
export function readCounts(what: string, value: unknown): Counts {
  if (typeof value !== 'object' || value === null) throw new InvalidInputError(what, 'counts must be an object');
  const fields = value as Record<string, unknown>;
  return {
    pages: count(what, fields, 'pages'),
    documents: count(what, fields, 'documents'),
    removed: count(what, fields, 'removed'),
    skips: count(what, fields, 'skips'),
    requests: count(what, fields, 'requests'),
  };
}

function countsByCode(what: string, value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(Object.keys(fields).map((code) => [code, count(what, fields, code)]));
}

/** Fields that a later version added are missing in runs that an earlier one continues. */
function countOr(otherwise: number, { what, fields, name }: { what: string; fields: Record<string, unknown>; name: string }): number {
  return fields[name] === undefined ? otherwise : count(what, fields, name);
}

function countOrNull(what: string, fields: Record<string, unknown>, name: string): number | null {
  return fields[name] === undefined || fields[name] === null ? null : count(what, fields, name);
}

/** Reads a source workflow's input. Throws InvalidInputError. */
export function readCrawlSourceInput(value: unknown): CrawlSourceInput {
  const what = 'Input of crawlSource';
  const fields = versioned(what, value, 1);
  return {
    v: 1,
    sourceId: text(what, fields, 'sourceId'),
    datasetId: text(what, fields, 'datasetId'),
    crawlId: text(what, fields, 'crawlId'),
    mode: oneOf(what, fields, { name: 'mode', allowed: crawlModes }),
    priority: oneOf(what, fields, { name: 'priority', allowed: priorities }),
    cycle: count(what, fields, 'cycle'),
    phase: oneOf(what, fields, { name: 'phase', allowed: ['open', 'window'] as const }),
    after: textOrNull(what, fields, 'after'),
    inFlight: texts(what, fields, 'inFlight'),
    counts: readCounts(what, fields['counts']),
    closed: count(what, fields, 'closed'),
    stateSequence: count(what, fields, 'stateSequence'),
    cycleStartedMs: count(what, fields, 'cycleStartedMs'),
    pausing: flag(what, fields, 'pausing'),
    stopping: flag(what, fields, 'stopping'),
    windowSize: count(what, fields, 'windowSize'),
    held: countOrNull(what, fields, 'held'),
    confirmed: countOrNull(what, fields, 'confirmed'),
    resolutions: countOr(0, { what, fields, name: 'resolutions' }),
    retries: texts(what, fields, 'retries'),
    again: retryKinds.filter((kind) => texts(what, fields, 'again').includes(kind)),
    troubles: countsByCode(what, fields['troubles']),
    silentAfterMs: countOr(defaultSilentAfterMs, { what, fields, name: 'silentAfterMs' }),
    eventsPerRun: countOr(defaultEventsPerRun, { what, fields, name: 'eventsPerRun' }),
  };
}

/** Reads a mailbox workflow's input. Throws InvalidInputError. */
export function readCrawlMailboxInput(value: unknown): CrawlMailboxInput {
  const what = 'Input of crawlMailbox';
  const fields = versioned(what, value, 1);
  return {
    v: 1,
    sourceId: text(what, fields, 'sourceId'),
    datasetId: text(what, fields, 'datasetId'),
    crawlId: text(what, fields, 'crawlId'),
    cycle: count(what, fields, 'cycle'),
    mailboxId: text(what, fields, 'mailboxId'),
    priority: oneOf(what, fields, { name: 'priority', allowed: priorities }),
  };
}

/** Reads a mailbox's report. Throws InvalidInputError; a source then ignores the report. */
export function readMailboxReport(value: unknown): MailboxReport {
  const what = 'Report of a mailbox';
  const fields = versioned(what, value, 1);
  return {
    v: 1,
    crawlId: text(what, fields, 'crawlId'),
    cycle: count(what, fields, 'cycle'),
    mailboxId: text(what, fields, 'mailboxId'),
    outcome: oneOf(what, fields, { name: 'outcome', allowed: mailboxOutcomes }),
    counts: readCounts(what, fields['counts']),
    reason: textOrNull(what, fields, 'reason'),
  };
}

/** What the signal `retry` asks for. */
export type RetryRequest = { mailboxId: string } | { kind: RetryKind };

/** Reads the signal's argument: "blocked", "skips", or {"mailboxId": "…"}; null when it is none of them. */
export function readRetryRequest(value: unknown): RetryRequest | null {
  const kind = retryKinds.find((one) => one === value);
  if (kind !== undefined) return { kind };
  const mailboxId = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['mailboxId'] : undefined;
  return isMailboxId(mailboxId) ? { mailboxId } : null;
}

export function isMailboxId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}
