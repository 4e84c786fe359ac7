import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { exitCodes, stackError, wordsOf } from './stack-error.ts';

/** Reads a command's flags; throws with exit code 2 in words for one it does not know. */
export function parseFlags<T extends ParseArgsOptionsConfig>(options: { args: string[]; flags: T; usage: string; positionals?: boolean }) {
  try {
    return parseArgs({ args: options.args, options: options.flags, allowPositionals: options.positionals ?? false, strict: true });
  } catch (error) {
    throw stackError(exitCodes.configuration, `${wordsOf(error)}\n${options.usage}`);
  }
}
