import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startReaper } from '../../stack/reaper.ts';
import { allRows } from '../coverage-table/all-rows.ts';
import { copyTree, type MutatedTree } from '../coverage-table/mutated-tree.ts';
import { proveRows } from '../coverage-table/prove-rows.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

const atOnce = 4;
/** A regular expression over area, words and test of a row: proves those rows alone, and that their tests stand alone. */
const chosen = process.env['TRAWL_MUTATION_ROWS'];
const only = new RegExp(chosen ?? '', 'i');

/** A run that is broken off must not leave its tests behind. */
const reaper = startReaper();
let trees: MutatedTree[] = [];
beforeAll(async () => {
  trees = await Promise.all(Array.from({ length: atOnce }, copyTree));
});
afterAll(async () => {
  reaper.close();
  await Promise.all(trees.map((tree) => tree.remove()));
});

test('each row of the coverage table has a test that fails when the feature is switched off', { timeout: 3_600_000 }, async () => {
  const rows = (await allRows()).filter((row) => only.test(`${row.area}: ${row.what} ${row.test.file} ${row.test.name}`));
  expect(rows.length).toBeGreaterThan(0);
  const env = {
    TRAWL_TEST_MONGODB_URI: inject('mongodbUri'),
    TRAWL_TEST_TEMPORAL_ADDRESS: inject('temporalAddress'),
    TRAWL_TEST_WORKFLOW_BUNDLE: await workflowBundle(),
  };
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const proofs = await proveRows(rows, { trees, env, unhurt: chosen !== undefined, reaper, say });
  expect(proofs.filter(({ wrong }) => wrong !== null).map(({ row, wrong, words }) => `${row.what}: ${wrong} (${words})`)).toEqual([]);
  expect(proofs).toHaveLength(rows.length);
});
