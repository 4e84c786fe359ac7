import type { Credential } from '../contract/credential.ts';
import type { Inspector } from '../graph/inspector-types.ts';
import type { BudgetStore } from '../store/types.ts';

/** A test of a credential or of a connection under way. */
export interface Testing {
  /** Names this attempt at the mailboxes' places. */
  holder: string;
  credential: Credential;
  inspector: Inspector;
  budgets: BudgetStore;
  /** Fires when the whole test has taken long enough, or is cancelled. */
  signal: AbortSignal;
  /** Whether folders of the mailboxes are listed, and their items counted. */
  countsFolders?: boolean;
}

/** What is asked of no budget of ours. */
export const freely = (signal: AbortSignal) => ({ timeoutMs: attemptMs, signal, busyCode: 'TrawlTimeout' });

/** One thing that is asked may take so long, repeats included. */
export const attemptMs = 8_000;
/** All of it: the API waits a little longer. */
export const wholeTestMs = 20_000;
