import { Type, type Static } from 'typebox';
import { completenesses, type Crawl, type Cycle } from '../../contract/crawl.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { crawlModes, sourceStates, type SourceState } from '../../contract/workflow/states.ts';
import { ReasonAnswer, toReason } from '../reasons.ts';
import { closed, CountsAnswer, Id, iso, isoOrNull, pageFields, TemporalUrl, Timestamp } from './common.ts';
import { ScopeReportAnswer, toScopeReport } from './scope.ts';
import { countsExample, crawlIdExample, datasetIdExample, sourceIdExample, timeExample } from './examples.ts';

const CycleAnswer = Type.Object(
  {
    number: Type.Integer(),
    startedAt: Timestamp,
    endedAt: Nullable(Timestamp),
    completeness: Nullable(Words(completenesses)),
    counts: CountsAnswer,
    mailboxes: Type.Record(Type.String(), Type.Integer(), { description: 'Mailboxes by how they ended' }),
    scope: Nullable(ScopeReportAnswer),
    reasons: Type.Record(Type.String(), Type.Integer(), {
      description: 'What keeps the cycle from being complete: mailboxes by code of docs/errors.md',
    }),
    skipped: Type.Record(Type.String(), Type.Integer(), { description: 'Items given up, by code of docs/errors.md' }),
  },
  { title: 'Cycle' },
);

const crawlExample = {
  id: crawlIdExample,
  sourceId: sourceIdExample,
  datasetId: datasetIdExample,
  mode: 'once',
  state: 'completed',
  stateReason: null,
  cycle: 1,
  cycles: [],
  counts: countsExample,
  startedAt: timeExample,
  endedAt: timeExample,
  temporalUrl: null,
};

export const CrawlAnswer = Type.Object(
  {
    id: Id,
    sourceId: Id,
    datasetId: Id,
    mode: Words(crawlModes),
    state: Words(sourceStates),
    stateReason: ReasonAnswer,
    cycle: Type.Integer({ description: 'The latest cycle, from 1; 0 before the first' }),
    cycles: Type.Array(CycleAnswer, { description: 'The last 50' }),
    counts: CountsAnswer,
    startedAt: Timestamp,
    endedAt: Nullable(Timestamp),
    temporalUrl: TemporalUrl,
  },
  {
    title: 'Crawl',
    examples: [crawlExample],
  },
);
export type CrawlAnswer = Static<typeof CrawlAnswer>;

const ProgressAnswer = Type.Object({
  mailboxes: Type.Object({
    known: Type.Integer({ description: 'Mailboxes that the scope holds' }),
    closed: Type.Integer({ description: 'Of them, those that the running cycle is through with, however they ended' }),
    byState: Type.Record(Type.String(), Type.Integer(), { description: 'Mailboxes by their state now' }),
  }),
  documentsPerSecond: Nullable(Type.Number({ description: 'Written since the cycle began, on average; null while nothing is read' })),
  secondsLeft: Nullable(
    Type.Integer({
      description: 'Until the cycle ends, when mailboxes go on to close as fast as until now; null when that cannot be told',
    }),
  ),
  blocked: Type.Array(Type.Object({ reason: ReasonAnswer, mailboxes: Type.Integer() }), {
    description: 'Mailboxes that could not be read or were interrupted, by reason, with what to do',
  }),
});

const progressExample = {
  mailboxes: { known: 12, closed: 9, byState: { running: 3, done: 9 } },
  ...{ documentsPerSecond: 310.5, secondsLeft: 40, blocked: [] },
};

/** A crawl with where it stands now. */
export const CrawlDetail = Type.Object(
  {
    ...CrawlAnswer.properties,
    progress: Type.Union([ProgressAnswer, Type.Null()], { description: 'Where the crawl stands; null once it has ended' }),
  },
  { title: 'CrawlDetail', examples: [{ ...crawlExample, state: 'running', endedAt: null, progress: progressExample }] },
);
export type CrawlDetail = Static<typeof CrawlDetail>;

export const CrawlQuery = Type.Object({ ...pageFields, sourceId: Type.Optional(Id), state: Type.Optional(Words(sourceStates)) }, closed);

export const StartAnswer = Type.Object(
  { crawlId: Id, sourceId: Id, state: Words(sourceStates), temporalUrl: TemporalUrl },
  { title: 'Started', examples: [{ crawlId: crawlIdExample, sourceId: sourceIdExample, state: 'running', temporalUrl: null }] },
);
export type StartAnswer = Static<typeof StartAnswer>;

export const CommandAnswer = Type.Object(
  { sourceId: Id, state: Words(sourceStates) },
  { title: 'Commanded', examples: [{ sourceId: sourceIdExample, state: 'pausing' }] },
);

export const RetryAnswer = Type.Object(
  {
    sourceId: Id,
    crawlId: Nullable(Type.String({ description: 'The crawl that takes it up' })),
    state: Type.Unsafe<SourceState>({
      ...Words(sourceStates),
      description: 'A crawl that is paused or blocked takes it up when it goes on',
    }),
    started: Type.Boolean({ description: 'Whether a crawl was started for it, since none was running' }),
  },
  { title: 'Retried', examples: [{ sourceId: sourceIdExample, crawlId: crawlIdExample, state: 'running', started: false }] },
);

function toCycleAnswer(cycle: Cycle): Static<typeof CycleAnswer> {
  const scope = cycle.scope === undefined ? null : toScopeReport(cycle.scope);
  const { reasons = {}, skipped = {} } = cycle;
  return { ...cycle, startedAt: iso(cycle.startedAt), endedAt: isoOrNull(cycle.endedAt), scope, reasons, skipped };
}

export function toCrawlAnswer(crawl: Crawl, temporalUrl: string | null): CrawlAnswer {
  return {
    id: crawl._id,
    sourceId: crawl.sourceId,
    datasetId: crawl.datasetId,
    mode: crawl.mode,
    state: crawl.state,
    stateReason: toReason(crawl.stateReason),
    cycle: crawl.cycle,
    cycles: crawl.cycles.map(toCycleAnswer),
    counts: crawl.totals,
    startedAt: iso(crawl.startedAt),
    endedAt: isoOrNull(crawl.endedAt),
    temporalUrl,
  };
}
