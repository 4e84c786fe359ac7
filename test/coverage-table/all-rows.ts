import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { coverageAreas, type CoverageRow } from './coverage-row.ts';

const folder = join(import.meta.dirname, 'rows');

/** Names of the files of rows. */
export const rowFiles: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .toSorted((one, other) => (one < other ? -1 : 1));

async function rowsOf(name: string): Promise<readonly CoverageRow[]> {
  const exported = (await import(join(folder, name))) as Record<string, unknown>;
  const lists = Object.entries(exported).filter(([key]) => key.endsWith('Rows'));
  if (lists.length === 0) throw new Error(`test/coverage-table/rows/${name} exports nothing whose name ends with Rows`);
  return lists.flatMap(([, rows]) => rows as readonly CoverageRow[]);
}

/** Every row of the table, by area and then by file. */
export async function allRows(): Promise<readonly CoverageRow[]> {
  const rows = (await Promise.all(rowFiles.map(rowsOf))).flat();
  return coverageAreas.flatMap((area) => rows.filter((row) => row.area === area));
}
