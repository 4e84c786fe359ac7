import type { createProcessRunner } from '../stack/process-runner.ts';
import type { Environment } from '../stack/tool-cache.ts';
import type { BenchOptions } from './options.ts';

/** What a benchmark is given. */
export interface BenchParts {
  folder: string;
  env: Environment;
  options: BenchOptions;
  /** One that has stopped everything starts nothing more: what is measured anew takes another. */
  makeRunner: () => ReturnType<typeof createProcessRunner>;
  say: (line: string) => void;
}
