import { exitCodes, isStackError, wordsOf } from './stack-error.ts';

/** Runs a command's main function and ends the process with its code; a failure is one message, without a stack when it is a known one. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const isMistake = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
    const words = isMistake ? error.stack : error instanceof Error ? error.message : wordsOf(error);
    process.stderr.write(`trawl: ${words}\n`);
    process.exitCode = isStackError(error) ? error.exitCode : exitCodes.incomplete;
  }
}
