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
  /** One thing that is asked may take so long. */
  attemptMs: number;
  /** Whether folders of the mailboxes are listed, and their items counted. */
  countsFolders?: boolean;
}

/** How long a test may take: somebody waits for it, and the API a little longer. */
export interface TestTimes {
  /** One thing that is asked, repeats included. */
  attemptMs: number;
  /** All of it. */
  wholeMs: number;
}

export const testTimes: TestTimes = { attemptMs: 8_000, wholeMs: 20_000 };

/** What is asked of no budget of ours. */
export const freely = ({ attemptMs: timeoutMs, signal }: Testing) => ({ timeoutMs, signal, busyCode: 'TrawlTimeout' });
