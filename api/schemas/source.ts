import { Type, type Static } from 'typebox';
import type { Credential } from '../../contract/credential.ts';
import { defaultPolicy } from '../../contract/policy.ts';
import { documentFates, noNarrowing, services, type DocumentFate, type Source } from '../../contract/source.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { priorities, type Priority } from '../../contract/workflow/names.ts';
import { crawlModes, sourceStates, type CrawlMode } from '../../contract/workflow/states.ts';
import { countryName } from '../countries.ts';
import { ReasonAnswer, toReason } from '../reasons.ts';
import { describeScope } from '../source-scope.ts';
import { closed, Id, iso, isoOrNull, pageFields, plainText, shownText, TemporalUrl, Timestamp, Warnings } from './common.ts';
import { ConnectionTestAnswer, toConnectionTestAnswer } from './connection-test.ts';
import { Groups } from './dataset.ts';
import { PolicyAnswer, PolicyBody, toPolicyAnswer } from './policy.ts';
import { NarrowingAnswer, NarrowingBody, ScopeAnswer, ScopeBody, ScopeReportAnswer, toScopeReport } from './scope.ts';
import { crawlIdExample, credentialIdExample, datasetIdExample, sourceIdExample, timeExample } from './examples.ts';

/** What a source may ask for one day; what is not built yet is refused in words (routes/create-source.ts). */
export const askableServices = ['exchange', 'oneDrive', 'sharePoint', 'exchangeOnPremises'] as const;

export const defaultIntervalMs = 3_600_000;

const Description = shownText(500, 'what the source is for, 1 to 500 characters');
const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'a country by its two capital letters of ISO 3166-1, like DE' });
const IntervalMs = Type.Integer({
  minimum: 60_000,
  maximum: 2_592_000_000,
  description: 'least time between the starts of two cycles in milliseconds, from 60000 (a minute) to 2592000000 (30 days)',
});

const StartAt = Type.String({
  format: 'date-time',
  description: 'when the first crawl starts by itself, within a minute; without it, and without startImmediately, somebody starts it',
});

export const CreateSource = Type.Object(
  {
    datasetId: Type.Optional(Id),
    dataset: Type.Optional(
      Type.Object(
        { name: shownText(200, 'a name of 1 to 200 characters'), groups: Type.Optional(Groups) },
        {
          ...closed,
          description: 'a dataset by its name, made when there is none; instead of datasetId',
        },
      ),
    ),
    credentialId: Id,
    service: Type.Unsafe<(typeof askableServices)[number]>({ ...Words(askableServices), default: 'exchange' }),
    scope: ScopeBody,
    narrowing: Type.Optional(NarrowingBody),
    policy: Type.Optional(PolicyBody),
    country: Country,
    description: Type.Optional(Description),
    priority: Type.Unsafe<Priority>({ ...Words(priorities), default: 'normal' }),
    mode: Type.Unsafe<CrawlMode>({ ...Words(crawlModes), default: 'once' }),
    intervalMs: Type.Unsafe<number>({ ...IntervalMs, default: defaultIntervalMs }),
    startImmediately: Type.Boolean({ default: false, description: 'whether the crawl starts with this request' }),
    startAt: Type.Optional(StartAt),
    ignoreWarning: Type.Boolean({
      default: false,
      description: 'whether the source is made whatever the test of its connection says, which is kept with it',
    }),
  },
  {
    ...closed,
    title: 'CreateSource',
    required: ['credentialId', 'scope', 'country'],
    examples: [
      {
        dataset: { name: 'Legal hold 2026' },
        credentialId: credentialIdExample,
        service: 'exchange',
        scope: { kind: 'everything' },
        country: 'DE',
        priority: 'normal',
        mode: 'continuous',
        intervalMs: 3_600_000,
        startImmediately: true,
      },
      {
        datasetId: datasetIdExample,
        credentialId: credentialIdExample,
        scope: { kind: 'group', group: 'all-staff@contoso.com' },
        narrowing: { exclude: { addresses: ['reception@contoso.com'], groups: ['works-council@contoso.com'] } },
        policy: { receivedSince: '2024-01-01T00:00:00Z', retireAfterDays: 90, folders: { exclude: ['wellKnown:junkemail'] } },
        country: 'DE',
      },
    ],
  },
);
export type CreateSource = Static<typeof CreateSource>;

/** The same body as creation; what a test does not need may be left out. */
export const TestSource = Type.Object(CreateSource.properties, {
  ...closed,
  title: 'TestSource',
  required: ['credentialId', 'scope'],
  examples: [{ credentialId: credentialIdExample, scope: { kind: 'group', group: 'all-staff@contoso.com' } }],
});

export const ChangeSource = Type.Object(
  {
    description: Type.Optional(Description),
    priority: Type.Optional(Words(priorities)),
    mode: Type.Optional(Words(crawlModes)),
    intervalMs: Type.Optional(IntervalMs),
    country: Type.Optional(Country),
    startAt: Type.Optional(Nullable(StartAt)),
    scope: Type.Optional(ScopeBody),
    narrowing: Type.Optional(NarrowingBody),
    policy: Type.Optional(PolicyBody),
  },
  {
    ...closed,
    title: 'ChangeSource',
    minProperties: 1,
    description: 'What is not given stays as it is. Another scope, narrowing or policy takes effect with the next cycle.',
    examples: [
      { priority: 'high', mode: 'continuous', intervalMs: 60_000 },
      { scope: { kind: 'domain', domain: 'contoso.com' }, policy: { retireAfterDays: 90 } },
    ],
  },
);
export type ChangeSource = Static<typeof ChangeSource>;

export const SourceQuery = Type.Object(
  {
    ...pageFields,
    service: Type.Optional(Words(services)),
    datasetId: Type.Optional(Id),
    credentialId: Type.Optional(Id),
    country: Type.Optional(Country),
    state: Type.Optional(Words(sourceStates)),
    mode: Type.Optional(Words(crawlModes)),
    priority: Type.Optional(Words(priorities)),
    text: Type.Optional(plainText(200, 'stands in the description, or in the domain or address of the scope, whatever its case')),
  },
  closed,
);

const sourceExample = {
  id: sourceIdExample,
  datasetId: datasetIdExample,
  credentialId: credentialIdExample,
  service: 'exchange',
  scope: { kind: 'everything' },
  narrowing: noNarrowing,
  policy: toPolicyAnswer(defaultPolicy),
  scopeRevision: 1,
  scopeReport: null,
  country: 'DE',
  countryName: 'Germany',
  description: 'Exchange of everybody, through Contoso crawler, in Germany, at least every 60 minutes',
  priority: 'normal',
  mode: 'continuous',
  intervalMs: 3_600_000,
  state: 'running',
  stateReason: null,
  stateSince: timeExample,
  startAt: null,
  crawlId: crawlIdExample,
  deletion: null,
  temporalUrl: null,
  warnings: [],
  createdAt: timeExample,
  updatedAt: timeExample,
};

export const SourceAnswer = Type.Object(
  {
    id: Id,
    datasetId: Id,
    credentialId: Id,
    service: Type.String(),
    scope: ScopeAnswer,
    narrowing: NarrowingAnswer,
    policy: PolicyAnswer,
    scopeRevision: Type.Integer({ description: 'Grows with each change of scope, narrowing or policy' }),
    scopeReport: Nullable(ScopeReportAnswer),
    country: Type.String(),
    countryName: Type.String(),
    description: Type.String(),
    priority: Words(priorities),
    mode: Words(crawlModes),
    intervalMs: Type.Integer(),
    state: Words(sourceStates),
    stateReason: ReasonAnswer,
    stateSince: Timestamp,
    startAt: Nullable(Timestamp),
    crawlId: Type.Union([Id, Type.Null()], { description: 'The latest crawl' }),
    deletion: Nullable(Type.Object({ documents: Words(documentFates), requestedAt: Timestamp })),
    temporalUrl: TemporalUrl,
    warnings: Warnings,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  {
    title: 'Source',
    examples: [sourceExample],
  },
);
export type SourceAnswer = Static<typeof SourceAnswer>;

export function toSourceAnswer(
  source: Source,
  { temporalUrl, warnings }: { temporalUrl: string | null; warnings: string[] },
): SourceAnswer {
  return {
    id: source._id,
    datasetId: source.datasetId,
    credentialId: source.credentialId,
    service: source.service,
    scope: source.scope,
    narrowing: source.narrowing,
    policy: toPolicyAnswer(source.policy),
    scopeRevision: source.scopeRevision,
    scopeReport: source.scopeReport === undefined ? null : toScopeReport(source.scopeReport),
    country: source.country,
    countryName: countryName(source.country),
    description: source.description,
    priority: source.priority,
    mode: source.mode,
    intervalMs: source.intervalMs,
    state: source.state,
    stateReason: toReason(source.stateReason),
    stateSince: iso(source.stateSince),
    startAt: isoOrNull(source.startAt),
    crawlId: source.crawlId,
    deletion: source.deletion ? { documents: source.deletion.documents, requestedAt: iso(source.deletion.requestedAt) } : null,
    temporalUrl,
    warnings,
    createdAt: iso(source.createdAt),
    updatedAt: iso(source.updatedAt),
  };
}

export const WholeSourceAnswer = Type.Object(
  { ...SourceAnswer.properties, lastTest: Nullable(ConnectionTestAnswer) },
  {
    title: 'WholeSource',
    description: 'With what the last test of its connection found',
    examples: [{ ...sourceExample, lastTest: null }],
  },
);
export type WholeSourceAnswer = Static<typeof WholeSourceAnswer>;

export const DeleteSourceQuery = Type.Object(
  {
    documents: Type.Unsafe<DocumentFate>({
      ...Words(documentFates),
      description:
        '`remove` erases its documents too; `keep` leaves those that are found today, which then say that their source was deleted',
    }),
  },
  closed,
);

/** A source with the report of its last test. Without its credential nothing can be outdated. */
export function toWholeSourceAnswer(
  source: Source,
  given: { temporalUrl: string | null; warnings: string[]; credential: Pick<Credential, 'clientId' | 'revision'> | null },
): WholeSourceAnswer {
  const { lastTest = null, scopeRevision } = source;
  const { clientId = '', revision = lastTest?.credentialRevision ?? 0 } = given.credential ?? {};
  const now = { clientId, credentialRevision: revision, scopeRevision };
  return { ...toSourceAnswer(source, given), lastTest: lastTest === null ? null : toConnectionTestAnswer(lastTest, now) };
}

type Described = Pick<Source, 'country' | 'mode' | 'intervalMs' | 'scope' | 'narrowing'>;

/** A description for those who give none, from what was given. */
export function composeDescription(given: Described & { credentialName: string }): string {
  const pace = given.mode === 'once' ? 'once' : `at least every ${Math.round(given.intervalMs / 60_000)} minutes`;
  const whose = describeScope(given.scope, given.narrowing);
  return `Exchange of ${whose}, through ${given.credentialName}, in ${countryName(given.country)}, ${pace}`.slice(0, 500);
}
