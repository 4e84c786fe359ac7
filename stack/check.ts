import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { execa } from 'execa';
import { runMain } from './run-main.ts';
import { exitCodes } from './stack-error.ts';

const root = join(import.meta.dirname, '..');

interface Check {
  name: string;
  command: [string, ...string[]];
  /** A settings file without which the check has nothing to say. */
  needs?: string;
}

/** What needs no server. The two groups run side by side, so that no core is idle. */
const groups: Check[][] = [
  [{ name: 'unit tests', command: ['vitest', 'run', '--project', 'unit', '--reporter=default'] }],
  [
    { name: 'types', command: ['tsc', '-p', '.'] },
    { name: 'lint and borders', command: ['oxlint'], needs: '.oxlintrc.json' },
    { name: 'format', command: ['oxfmt', '--check'], needs: '.oxfmtrc.json' },
    { name: 'unused code', command: ['knip', '--no-progress'], needs: 'knip.json' },
  ],
];

async function run({ name, command: [file, ...args], needs }: Check): Promise<boolean> {
  if (needs !== undefined && !existsSync(join(root, needs))) {
    process.stdout.write(`- ${name}: not set up (${needs} is missing)\n`);
    return true;
  }
  const startedAt = Date.now();
  const result = await execa(file, args, {
    cwd: root,
    preferLocal: true,
    localDir: root,
    reject: false,
    all: true,
    stdin: 'ignore',
    env: { FORCE_COLOR: '0', NO_COLOR: '1' },
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const mark = result.failed ? styleText('red', '✗') : styleText('green', '✓');
  process.stdout.write(`${mark} ${name} ${seconds} s\n${result.failed ? `${result.all || result.shortMessage}\n` : ''}`);
  return !result.failed;
}

async function main(): Promise<number> {
  const results = await Promise.all(
    groups.map(async (group) => {
      let passed = true;
      for (const check of group) passed = (await run(check)) && passed;
      return passed;
    }),
  );
  return results.every(Boolean) ? exitCodes.complete : exitCodes.incomplete;
}

await runMain(main);
