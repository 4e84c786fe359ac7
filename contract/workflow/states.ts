/** The words for where a source and a mailbox are (docs/operations.md explains each). */

export const sourceStates = [
  'draft',
  'ready',
  'running',
  'waiting',
  'pausing',
  'paused',
  'blocked',
  'stopping',
  'stopped',
  'completed',
  'failed',
  'deleting',
] as const;
export type SourceState = (typeof sourceStates)[number];

export const mailboxStates = ['pending', 'running', 'done', 'doneWithSkips', 'blocked', 'ineligible', 'interrupted', 'retired'] as const;
export type MailboxState = (typeof mailboxStates)[number];

/** How a mailbox's workflow can end; `credentialRefused` blocks the whole source. */
export const mailboxOutcomes = ['done', 'doneWithSkips', 'blocked', 'ineligible', 'interrupted', 'credentialRefused'] as const;
export type MailboxOutcome = (typeof mailboxOutcomes)[number];

export const crawlModes = ['once', 'continuous'] as const;
export type CrawlMode = (typeof crawlModes)[number];

const activeStates: readonly SourceState[] = ['running', 'waiting', 'pausing', 'paused', 'blocked', 'stopping'];

/** True while a workflow owns the source, so that a second start must be refused. */
export function isActive(state: SourceState): boolean {
  return activeStates.includes(state);
}

/** What a source's workflow knows when it names its state. */
export interface SourceFacts {
  stopping: boolean;
  pausing: boolean;
  blocked: boolean;
  waiting: boolean;
  inFlight: number;
}

/**
 * The one word for a running source: what was asked for wins over what happens, and a request counts as
 * carried out when no mailbox is in flight any more.
 */
export function deriveSourceState(facts: SourceFacts): SourceState {
  if (facts.stopping) return 'stopping';
  if (facts.pausing) return facts.inFlight > 0 ? 'pausing' : 'paused';
  if (facts.blocked) return 'blocked';
  if (facts.waiting) return 'waiting';
  return 'running';
}
