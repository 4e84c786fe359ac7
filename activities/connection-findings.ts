import type { Capability } from '../contract/capabilities.ts';
import type { ConnectionTestReport, Finding, ScopeMailbox } from '../contract/connection-test.ts';
import type { TestedSource } from '../contract/connection-test-record.ts';
import type { CapabilityVerdict } from '../contract/credential-test.ts';
import { findErrorRow } from '../contract/errors.ts';
import type { ScopeReport } from '../contract/scope-report.ts';
import { scopeCodes } from '../contract/workflow/scope-codes.ts';

const finding = (level: Finding['level'], code: string, detail: string | null = null): Finding => ({ level, code, detail, verdict: null });
export const failure = (code: string, detail: string | null = null) => finding('failure', code, detail);
export const warning = (code: string, detail: string | null = null) => finding('warning', code, detail);

/** Capabilities without which a crawl of the source would block its mailboxes, or lack what its policy asks for. */
export function wantedCapabilities({ policy }: TestedSource): Capability[] {
  const { attachments, archive } = policy;
  return [
    ...(['mail', 'mailBodies', 'calendars'] as const),
    ...(attachments.read ? (['attachments'] as const) : []),
    ...(archive ? (['archive'] as const) : []),
  ];
}

/** `2 guest, 1 orgContact` */
function listed(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

interface Counted {
  tested: TestedSource;
  report: ScopeReport;
  count: number;
  complete: boolean;
}

/** What the scope itself gives cause to say, its mailboxes left aside. */
export function scopeFindings({ report, count, complete }: Counted): Finding[] {
  const { group, unreadable, withoutMailbox } = report;
  const found: Finding[] = [];
  if (count === 0 && complete) found.push(group?.hidden === true ? failure(scopeCodes.hiddenGroupEmpty) : warning('TrawlScopeEmpty'));
  if (Object.keys(withoutMailbox).length > 0) found.push(warning('TrawlMembersWithoutMailbox', listed(withoutMailbox)));
  if (group?.kind === 'microsoft365') found.push(warning('TrawlGroupMailboxNotRead'));
  if (!complete) found.push(warning('TrawlScopeNotCounted', `At least ${count} mailboxes.`));
  if (unreadable > 0) found.push(warning('TrawlEntriesUnreadable', `${unreadable} entries.`));
  return found;
}

function absenceFindings({ tested, samples, count }: { tested: TestedSource; samples: readonly ScopeMailbox[]; count: number }): Finding[] {
  const absent = samples.filter(({ state }) => state === 'absent');
  if (absent.length === 0) return [];
  if (tested.scope.kind === 'user') return [failure(absent[0]!.code!)];
  const detail = `${absent.length} of ${samples.length} that were tried: ${listed(countBy(absent.map(({ code }) => code!)))}.`;
  if (absent.length < samples.length) return [warning('TrawlMailboxesAbsent', detail)];
  return [samples.length === count ? failure('TrawlNoMailboxThere', detail) : warning('TrawlNoMailboxThere', detail)];
}

/** A passing fault of Entra or Graph, or of the way to them: it proves nothing of the scope. */
export const isUnreachable = (code: string) => ['transient', 'throttled'].includes(findErrorRow(code).class);

function verdictFinding(verdict: CapabilityVerdict): Finding[] {
  const { state, code, policy, tried } = verdict;
  if (state === 'refused') return [{ ...failure(code ?? 'TrawlNotGranted'), verdict }];
  const refused = tried?.refused ?? 0;
  if (state !== 'partly' || refused === 0) return [];
  const detail = `${refused} of ${tried?.tried} that were tried${policy === null ? '' : `, by ${policy}`}.`;
  return [{ ...warning('TrawlMailboxesRefused', detail), verdict }];
}

/** What trying its mailboxes gives cause to say of a scope. */
export function mailboxFindings(given: {
  tested: TestedSource;
  samples: readonly ScopeMailbox[];
  verdicts: readonly CapabilityVerdict[];
  count: number;
}): Finding[] {
  const { tested, samples, verdicts } = given;
  const wanted = wantedCapabilities(tested);
  const found = absenceFindings(given);
  found.push(...verdicts.filter(({ capability }) => wanted.includes(capability)).flatMap(verdictFinding));
  const unknown = samples.filter(({ state }) => state === 'cannotTell');
  if (unknown.length === 0) return found;
  const code = unknown[0]!.code ?? 'TrawlNothingToTry';
  const nothingElse = samples.every(({ state }) => state === 'cannotTell' || state === 'absent');
  const isGraphs = isUnreachable(code) && code !== 'TrawlTimeout';
  found.push(nothingElse && isGraphs ? failure(code) : warning(code, `${unknown.length} of ${samples.length} could not be tried.`));
  return found;
}

/** The report in one word. */
export function outcomeOf(findings: readonly Finding[]): ConnectionTestReport['outcome'] {
  const failures = findings.filter(({ level }) => level === 'failure');
  if (failures.length === 0) return 'passes';
  return failures.every(({ code }) => isUnreachable(code)) ? 'unreachable' : 'fails';
}
