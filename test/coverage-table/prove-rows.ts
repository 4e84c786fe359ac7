import type { CoverageRow } from './coverage-row.ts';
import type { MutatedTree } from './mutated-tree.ts';
import { runTests, type TestResult } from './run-tests.ts';

export interface Proof {
  row: CoverageRow;
  /** Null when the test failed beside the mutation, as it must; else what is wrong with the row. */
  wrong: string | null;
  words: string;
  seconds: number;
}

interface Proving {
  trees: readonly MutatedTree[];
  env: Record<string, string>;
  say: (line: string) => void;
}

const keyOf = ({ test }: CoverageRow): string => `${test.file}\n${test.name}`;

/** A test that waits in vain is given a few times the time that it needs when nothing is wrong. */
const testTimeoutMs = (unhurtMs: number): number => Math.round(20_000 + 4 * unhurtMs);
/** Beside the test: servers of its own that it starts and ends. */
const aroundMs = 90_000;

/** Works off a queue, one piece at a time in each tree. */
async function inTrees<T>(trees: readonly MutatedTree[], queue: readonly T[], work: (tree: MutatedTree, piece: T) => Promise<void>) {
  const left = [...queue];
  await Promise.all(
    trees.map(async (tree) => {
      for (let piece = left.shift(); piece !== undefined; piece = left.shift()) await work(tree, piece);
    }),
  );
}

/**
 * Runs tests where nothing is broken, each once and each alone, as beside its mutations: one that needs what another test of
 * its file leaves behind would fail beside any mutation, and prove nothing.
 */
function unhurtRuns({ env }: Proving): (row: CoverageRow, folder: string) => Promise<TestResult> {
  const results = new Map<string, Promise<TestResult>>();
  const run = async ({ test: { file, name } }: CoverageRow, folder: string): Promise<TestResult> => {
    const [result] = await runTests({ folder, file, names: [name], env, testTimeoutMs: 180_000, limitMs: 600_000 });
    return result!;
  };
  return (row, folder) => {
    const result = results.get(keyOf(row)) ?? run(row, folder);
    results.set(keyOf(row), result);
    return result;
  };
}

/** Proves that the test of each row passes, and fails beside the row's mutation. */
export async function proveRows(rows: readonly CoverageRow[], proving: Proving): Promise<Proof[]> {
  const unhurt = unhurtRuns(proving);
  const proofs: Proof[] = [];
  await inTrees(proving.trees, rows, async (tree, row) => {
    const startedMs = Date.now();
    const before = await unhurt(row, tree.folder);
    const proof = { row, ...(await proveRow(row, { tree, before, env: proving.env })), seconds: (Date.now() - startedMs) / 1000 };
    proofs.push(proof);
    const mark = proof.wrong === null ? 'proven' : 'WRONG ';
    proving.say(`${mark} ${proof.seconds.toFixed(1).padStart(6)} s  ${row.area}: ${row.what} | ${proof.wrong ?? ''} ${proof.words}`);
  });
  return proofs;
}

async function proveRow(
  { test, mutation }: CoverageRow,
  { tree, before, env }: { tree: MutatedTree; before: TestResult; env: Record<string, string> },
): Promise<{ wrong: string | null; words: string }> {
  if (before.status !== 'passed') return { wrong: 'does not pass where nothing is broken', words: before.words };
  const timeoutMs = testTimeoutMs(before.durationMs);
  const run = { folder: tree.folder, file: test.file, names: [test.name], env, testTimeoutMs: timeoutMs, limitMs: timeoutMs + aroundMs };
  const [after] = await tree.withMutation(mutation, () => runTests(run));
  const { status, words } = after!;
  if (status === 'failed') return { wrong: null, words };
  return { wrong: status === 'passed' ? 'passes although the feature is off' : 'could not be run beside the mutation', words };
}
