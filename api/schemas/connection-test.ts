import { Type, type Static } from 'typebox';
import { capabilities } from '../../contract/capabilities.ts';
import { findingLevels, sampleStates, testOutcomes, type ConnectionTestReport, type ScopeMailbox } from '../../contract/connection-test.ts';
import { Estimate } from '../../contract/estimate.ts';
import { findErrorRow } from '../../contract/errors.ts';
import { mendingOfFinding } from '../../contract/finding-docs.ts';
import { mailboxClasses } from '../../contract/mailbox-class.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { ReasonAnswer, toReason } from '../reasons.ts';
import { closed, Id, iso, PageOf, pageFields, Timestamp } from './common.ts';
import { Mend } from './credential-test.ts';
import { mailboxIdExample, requestIdExample, timeExample } from './examples.ts';
import { ScopeReportAnswer } from './scope.ts';

const FindingAnswer = Type.Object({
  level: Words(findingLevels),
  code: Type.String(),
  words: Type.String(),
  remedy: Type.String(),
  detail: Nullable(Type.String({ description: 'What exactly is meant here' })),
  capability: Nullable(Words(capabilities)),
  mend: Mend,
  docs: Type.String({ description: 'Where the documentation tells more' }),
});

const sampleFields = {
  mailboxId: Type.String(),
  address: Nullable(Type.String()),
  displayName: Nullable(Type.String()),
  class: Words(mailboxClasses),
  state: Type.Unsafe<ScopeMailbox['state']>({
    ...Words(sampleStates),
    description: '`partly`: some of what the source wants is refused; `absent`: there is no mailbox; `notTried`: listed, and no more',
  }),
  reason: ReasonAnswer,
  refused: Type.Array(Words(capabilities)),
  folders: Nullable(Type.Integer({ description: 'null where they were not counted' })),
  items: Nullable(Type.Integer({ description: 'Of every kind, as Exchange counts them' })),
};
const mailboxExample = {
  ...{ mailboxId: mailboxIdExample, address: 'anna@contoso.example', displayName: 'Anna Berg', class: 'user', state: 'readable' },
  ...{ reason: null, refused: [], folders: 14, items: 4_310 },
};

export const PreviewedMailboxAnswer = Type.Object(sampleFields, { title: 'PreviewedMailbox', examples: [mailboxExample] });

const { group, withoutMailbox, withoutMailboxNames } = ScopeReportAnswer.properties;

const example = {
  ...{ testedAt: timeExample, durationMs: 1_920, outdated: false, outcome: 'passes' },
  ...{ domain: null, group: { kind: 'security', dynamic: false, hidden: false, nestedGroups: 1 } },
  ...{ mailboxes: { count: 12, complete: true }, withoutMailbox: { orgContact: 1 }, withoutMailboxNames: [], samples: [] },
  findings: [
    {
      ...{ level: 'warning', code: 'TrawlMembersWithoutMailbox', words: 'Some members of the group have no mailbox in the tenant' },
      ...{
        remedy: 'Nothing when that is meant',
        detail: '1 orgContact',
        capability: null,
        mend: null,
        docs: 'docs/errors.md#trawls-own-codes',
      },
    },
  ],
};

export const ConnectionTestAnswer = Type.Object(
  {
    testedAt: Timestamp,
    durationMs: Type.Integer(),
    outdated: Type.Boolean({ description: 'The credential or the scope is another one by now' }),
    outcome: Type.Unsafe<ConnectionTestReport['outcome']>({
      ...Words(testOutcomes),
      description: '`unreachable`: Entra or Graph did not answer, so that nothing is proven',
    }),
    findings: Type.Array(FindingAnswer, { description: 'A failure keeps a source from being made, a warning does not' }),
    domain: Nullable(Type.Object({ verified: Type.Boolean(), verifiedDomains: Type.Array(Type.String()) })),
    group,
    mailboxes: Nullable(
      Type.Object({ count: Type.Integer(), complete: Type.Boolean({ description: 'false: there are more, which were not counted' }) }),
    ),
    withoutMailbox,
    withoutMailboxNames,
    samples: Type.Array(PreviewedMailboxAnswer, { description: 'Mailboxes of the scope that were tried' }),
  },
  { title: 'ConnectionTest', examples: [example] },
);
export type ConnectionTestAnswer = Static<typeof ConnectionTestAnswer>;

const estimateExample = {
  ...{ mailboxes: 12, items: 51_720, requests: 3_300, seconds: 87, bytes: 827_520_000, limitedBy: 'worker' },
  basis: [{ name: 'itemsPerMailbox', value: 4_310, kind: 'measured', words: 'items of a mailbox, the mean of those counted' }],
};
const previewExample = {
  ...{ id: requestIdExample, expiresAt: timeExample, test: example, estimate: estimateExample },
  mailboxes: { items: [mailboxExample], next: null },
};

export const PreviewAnswer = Type.Object(
  {
    id: Id,
    expiresAt: Timestamp,
    test: ConnectionTestAnswer,
    estimate: Nullable(Estimate),
    mailboxes: PageOf(PreviewedMailboxAnswer),
  },
  { title: 'Preview', examples: [previewExample] },
);

export const PreviewParams = Type.Object({ id: Id }, closed);
export const PreviewQuery = Type.Object(pageFields, closed);

export function toPreviewedMailbox(mailbox: ScopeMailbox): Static<typeof PreviewedMailboxAnswer> {
  const { mailboxId, address, displayName, state, code, refused, folders, items } = mailbox;
  return { mailboxId, address, displayName, class: mailbox.class, state, reason: toReason(code), refused, folders, items };
}

/** What the report is about as it is now: another revision makes it outdated, the client's id stands in the steps. */
export interface TestedNow {
  clientId: string;
  credentialRevision: number;
  scopeRevision: number;
}

/** A report with words, steps and links for people. */
export function toConnectionTestAnswer(report: ConnectionTestReport, now: TestedNow): ConnectionTestAnswer {
  const { at, durationMs, outcome, domain, mailboxes } = report;
  const outdated = report.credentialRevision !== now.credentialRevision || report.scopeRevision !== now.scopeRevision;
  return {
    ...{ testedAt: iso(at), durationMs, outdated, outcome },
    findings: report.findings.map((finding) => {
      const { level, code, detail, verdict } = finding;
      const { words, remedy } = findErrorRow(code);
      return { level, code, words, remedy, detail, capability: verdict?.capability ?? null, ...mendingOfFinding(finding, now.clientId) };
    }),
    ...{ domain, group: report.group, mailboxes, withoutMailbox: report.withoutMailbox, withoutMailboxNames: report.withoutMailboxNames },
    samples: report.samples.map(toPreviewedMailbox),
  };
}
