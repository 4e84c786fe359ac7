import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reaper } from '../../stack/reaper.ts';

export interface TestRun {
  /** The project's root or a copy of it. */
  folder: string;
  file: string;
  /** Full name of the test. */
  name: string;
  /** After this the whole run is ended. */
  limitMs: number;
  /** Servers that wired tests share, started already. */
  env: Record<string, string>;
  /** Ends the run when whoever asked for it was ended. */
  reaper: Reaper;
}

export interface TestResult {
  /** `unrun`: neither passed nor failed, since the file could not be loaded, its set-up failed, or time was up. */
  status: 'passed' | 'failed' | 'unrun';
  /** First line of why it did not pass. */
  words: string;
}

interface Report {
  testResults: {
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

const projectOf = (file: string): string => {
  if (file.startsWith('test/emulator/')) return 'emulator';
  if (file.startsWith('test/long/')) return 'long';
  return file.startsWith('test/') && !file.startsWith('test/borders/') ? 'wired' : 'unit';
};

/** Vitest joins the names of describe blocks and tests by ` > ` where it looks for them, and by a space in its report. */
const patternOf = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`).replaceAll(' ', '( > | )');

/** Runs vitest in a process group of its own, and ends the group when time is up. Resolves to what it has said. */
async function runVitest(run: TestRun, reportFile: string): Promise<{ said: string; overdue: boolean }> {
  const vitest = join(run.folder, 'node_modules', 'vitest', 'vitest.mjs');
  const pattern = `^${patternOf(run.name)}$`;
  const flags = ['--project', projectOf(run.file), '-t', pattern, '--reporter=json'];
  const child = spawn(process.execPath, [vitest, 'run', run.file, ...flags, `--outputFile.json=${reportFile}`], {
    cwd: run.folder,
    env: { ...process.env, ...run.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) run.reaper.watch(child.pid);
  let said = '';
  let overdue = false;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = (said + String(chunk)).slice(-4_000)));
  const end = (): void => {
    overdue = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(end, run.limitMs);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (child.pid !== undefined) run.reaper.forget(child.pid);
  return { said, overdue };
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!.slice(0, 200);

function resultOf(name: string, { testResults }: Report): TestResult {
  const file = testResults[0];
  const found = file?.assertionResults.find((one) => one.fullName === name);
  if (found?.status === 'passed') return { status: 'passed', words: '' };
  if (found?.status === 'failed') return { status: 'failed', words: firstLine(found.failureMessages?.[0] ?? '') };
  const words = firstLine(file?.message || (found === undefined ? 'no such test' : 'its set-up failed'));
  // Stories expect the truth to be stored before they begin: not to come so far is to fail.
  const isAssertion = found !== undefined && /\bexpected .* to /.test(words);
  return { status: isAssertion ? 'failed' : 'unrun', words };
}

/** Runs one test of a file, and no other. */
export async function runTest(run: TestRun): Promise<TestResult> {
  const folder = await mkdtemp(join(tmpdir(), 'trawl-mutation-report-'));
  try {
    const reportFile = join(folder, 'report.json');
    const { said, overdue } = await runVitest(run, reportFile);
    const report = await readFile(reportFile, 'utf8').then(
      (text) => JSON.parse(text) as Report,
      () => null,
    );
    if (report !== null) return resultOf(run.name, report);
    const words = overdue ? `not over after ${run.limitMs / 1000} s` : `vitest left no report: ${said.trim().split('\n').at(-1) ?? ''}`;
    return { status: 'unrun', words };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
