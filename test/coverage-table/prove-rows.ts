import type { Reaper } from '../../stack/reaper.ts';
import type { CoverageRow } from './coverage-row.ts';
import type { MutatedTree } from './mutated-tree.ts';
import { runTest } from './run-test.ts';

export interface Proof {
  row: CoverageRow;
  /** Null when the test failed beside the mutation, as it must; else what is wrong with the row. */
  wrong: string | null;
  words: string;
  seconds: number;
}

interface Proving {
  trees: readonly MutatedTree[];
  /** Servers and bundle of workflows that wired tests share, made already. */
  env: Record<string, string>;
  /** Each test is run where nothing is broken too, and alone, as beside its mutation. */
  unhurt: boolean;
  reaper: Reaper;
  say: (line: string) => void;
}

/** Beside the test: servers of its own that it starts and ends. */
const aroundMs = 90_000;
/** The longest that a test of the table may take by its own word. */
const longestTestMs = 300_000;

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
 * Proves that the test of each row fails beside the row's mutation. That it passes otherwise is what `npm test` shows; a row
 * that is new needs more: alone and beside nothing broken its test must pass too, since one that needs what another test of its
 * file leaves behind fails beside any mutation, and proves nothing.
 */
export async function proveRows(rows: readonly CoverageRow[], proving: Proving): Promise<Proof[]> {
  const proofs: Proof[] = [];
  await inTrees(proving.trees, rows, async (tree, row) => {
    const startedMs = Date.now();
    const proof = { row, ...(await proveRow(row, { tree, ...proving })), seconds: (Date.now() - startedMs) / 1000 };
    proofs.push(proof);
    const mark = proof.wrong === null ? 'proven' : 'WRONG ';
    proving.say(`${mark} ${proof.seconds.toFixed(1).padStart(6)} s  ${row.area}: ${row.what} | ${proof.wrong ?? ''} ${proof.words}`);
  });
  return proofs;
}

/** What a mutation of the workflows is bundled into must be made anew. */
const isBundled = (file: string): boolean => file.startsWith('workflows/') || file.startsWith('contract/');

function envBeside(file: string, env: Record<string, string>): Record<string, string> {
  if (!isBundled(file)) return env;
  const { TRAWL_TEST_WORKFLOW_BUNDLE: _bundle, ...others } = env;
  return others;
}

async function proveRow(
  { test: { file, name }, mutation }: CoverageRow,
  { tree, env, unhurt, reaper }: Pick<Proving, 'env' | 'unhurt' | 'reaper'> & { tree: MutatedTree },
): Promise<{ wrong: string | null; words: string }> {
  const run = { folder: tree.folder, file, name, env, reaper, limitMs: longestTestMs + aroundMs };
  if (unhurt) {
    const before = await runTest(run);
    if (before.status !== 'passed') return { wrong: 'does not pass where nothing is broken', words: before.words };
  }
  const { status, words } = await tree.withMutation(mutation, () => runTest({ ...run, env: envBeside(mutation.file, env) }));
  if (status === 'failed') return { wrong: null, words };
  return { wrong: status === 'passed' ? 'passes although the feature is off' : 'could not be run beside the mutation', words };
}
