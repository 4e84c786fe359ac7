import type { CheckedAnswer } from './validate-answer.ts';

export interface AnswerChecks {
  /** Throws in strict mode, when the answer is not what the document says. */
  check(answer: CheckedAnswer): void;
  summary(): { readonly checked: number; readonly invalid: number; readonly first: readonly string[] };
}

const ALL_OF_THE_FIRST = 10_000;
const THEN_ONE_IN = 100;
const KEPT_TEXTS = 20;

/** Checks all of the first answers and then one in a hundred: the check costs more than most answers do. */
export function createAnswerChecks(deps: {
  validate(answer: CheckedAnswer): void;
  readonly isStrict: boolean;
  logError(error: unknown): void;
}): AnswerChecks {
  const first: string[] = [];
  let seen = 0;
  let checked = 0;
  let invalid = 0;
  return {
    check: (answer) => {
      seen++;
      if (seen > ALL_OF_THE_FIRST && seen % THEN_ONE_IN !== 0) return;
      checked++;
      try {
        deps.validate(answer);
      } catch (error) {
        invalid++;
        if (first.length < KEPT_TEXTS) first.push((error as Error).message);
        if (deps.isStrict) throw error;
        deps.logError(error);
      }
    },
    summary: () => ({ checked, invalid, first }),
  };
}
