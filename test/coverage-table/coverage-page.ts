import type { CoverageRow } from './coverage-row.ts';

const head = `# Coverage

What a crawl promises, and the test that shows it. Each row has an edit of the product that takes the feature away, beside which its test fails: \`npm run test:long -- mutations\` proves every row, \`npm run coverage-table\` writes this page from \`test/coverage-table/rows\`.
`;

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

/** The page docs/coverage.md. */
export function coveragePage(rows: readonly CoverageRow[]): string {
  const areas = [...Map.groupBy(rows, (row) => row.area)];
  const tables = areas.map(([area, held]) => {
    const lines = held.map(
      ({ what, test, mutation }) => `| ${cell(what)} | ${cell(test.name)} (\`${test.file}\`) | \`${mutation.file}\` |`,
    );
    return `## ${area[0]!.toUpperCase()}${area.slice(1)}\n\n| What | Test | Switched off in |\n|---|---|---|\n${lines.join('\n')}\n`;
  });
  return [head, ...tables].join('\n');
}
