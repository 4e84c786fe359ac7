import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';
import { ScopeReport } from './scope-report.ts';
import { crawlModes, sourceStates } from './workflow/states.ts';

export const StoredCounts = Type.Object({
  pages: Type.Integer(),
  documents: Type.Integer(),
  removed: Type.Integer(),
  skips: Type.Integer(),
  requests: Type.Integer(),
});

export const completenesses = ['complete', 'completeWithSkips', 'incomplete'] as const;
export type Completeness = (typeof completenesses)[number];

/** One pass of a crawl over its scope. */
export const Cycle = Type.Object({
  number: Type.Integer(),
  startedAt: StoredDate,
  endedAt: Nullable(StoredDate),
  completeness: Nullable(Words(completenesses)),
  counts: StoredCounts,
  /** Mailboxes by how they ended. */
  mailboxes: Type.Record(Type.String(), Type.Integer()),
  scope: Type.Optional(ScopeReport),
  /** What keeps it from being complete: mailboxes by code of contract/errors.ts. */
  reasons: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  /** Items given up, by code. */
  skipped: Type.Optional(Type.Record(Type.String(), Type.Integer())),
});
export type Cycle = Static<typeof Cycle>;

/** Everything that one source does from start to stop; stays the truth after Temporal has forgotten the history. */
export const Crawl = Type.Object({
  _id: Type.String(),
  sourceId: Type.String(),
  datasetId: Type.String(),
  mode: Words(crawlModes),
  state: Words(sourceStates),
  stateSequence: Type.Integer(),
  stateReason: Nullable(Type.String()),
  cycle: Type.Integer(),
  /** The last 50 cycles; older ones are dropped from the record. */
  cycles: Type.Array(Cycle),
  totals: StoredCounts,
  startedAt: StoredDate,
  endedAt: Nullable(StoredDate),
});
export type Crawl = Static<typeof Crawl>;
