/** How `npm start` and the test commands end. */
export const exitCodes = { complete: 0, incomplete: 1, configuration: 2, provisioning: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure whose message names the thing, the reason and the remedy, and which decides the exit code. */
export interface StackError extends Error {
  exitCode: ExitCode;
}

export function stackError(exitCode: ExitCode, message: string): StackError {
  return Object.assign(new Error(message), { name: 'StackError', exitCode });
}

export function isStackError(error: unknown): error is StackError {
  return error instanceof Error && error.name === 'StackError';
}

/** The words of whatever was thrown, on one line. */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replaceAll(/\s*\n\s*/g, ' | ').trim();
}
