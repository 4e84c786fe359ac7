import { resolve } from 'node:path';
import { parseFlags } from './parse-flags.ts';
import { exitCodes, stackError } from './stack-error.ts';
import type { Environment } from './tool-cache.ts';

export const usage = `usage: npm start -- [--once] [--reset] [--users n] [--messages n] [--folder path] [--verbose]
  Runs Trawl on this machine: Temporal with its Web UI, MongoDB, a local Microsoft 365, the API and a worker.
  --once          ends when the sample crawl is complete and proven; its totals are the last line of stdout
  --reset         empties the data folder first
  --users n       mailboxes of the sample organisation (default 24)
  --messages n    messages of the sample organisation, about (default 2500)
  --folder path   an organisation of .eml and .ics files instead of the seeded one (emulator/README.md)
  --verbose       prints every line that the processes log
  Data stays in .trawl (TRAWL_DATA_DIR); exit codes: 0 complete, 1 not complete, 2 configuration, 3 provisioning, 130 interrupted.`;

/** Where the sample organisation comes from. */
export type Sample = { kind: 'seed'; users: number; messages: number } | { kind: 'folder'; path: string };

export interface StartOptions {
  once: boolean;
  reset: boolean;
  verbose: boolean;
  help: boolean;
  /** Null when no flag asks for one: then that of the data folder, or the default, is taken. */
  sample: Sample | null;
}

export const defaultSample = { kind: 'seed', users: 24, messages: 2500 } as const;

const flags = {
  once: { type: 'boolean' },
  reset: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  users: { type: 'string' },
  messages: { type: 'string' },
  folder: { type: 'string' },
} as const;

function wholeNumber(name: string, given: string, most: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= 1 && value <= most) return value;
  throw stackError(exitCodes.configuration, `--${name} must be a whole number from 1 to ${most}\n${usage}`);
}

/** Reads the flags of `npm start`. Throws with exit code 2 in words for a wrong one. */
export function readStartOptions(args: string[], env: Environment): StartOptions {
  const { values } = parseFlags({ args, flags, usage });
  const { once = false, reset = false, verbose = false, help = false, users, messages, folder } = values;
  if (folder !== undefined && (users !== undefined || messages !== undefined)) {
    throw stackError(exitCodes.configuration, `--folder does not go with --users or --messages\n${usage}`);
  }
  const rest = { once, reset, verbose, help };
  // npm changes into the project's folder; a relative path is meant from where the user stands.
  if (folder !== undefined) return { ...rest, sample: { kind: 'folder', path: resolve(env['INIT_CWD'] ?? '.', folder) } };
  if (users === undefined && messages === undefined) return { ...rest, sample: null };
  return {
    ...rest,
    sample: {
      kind: 'seed',
      users: users === undefined ? defaultSample.users : wholeNumber('users', users, 100_000),
      messages: messages === undefined ? defaultSample.messages : wholeNumber('messages', messages, 100_000_000),
    },
  };
}
