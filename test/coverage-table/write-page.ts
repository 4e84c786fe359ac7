import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allRows } from './all-rows.ts';
import { coveragePage } from './coverage-page.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'coverage.md');

// Run by `npm run coverage-table`.
await writeFile(page, coveragePage(await allRows()));
