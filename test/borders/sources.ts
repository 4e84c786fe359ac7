import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root, with a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Text of a file, named from the root. */
export const readText = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Files of the tree that match, named from the root. */
export const filesOf = (pattern: string): string[] => globSync(pattern, { cwd: root }).filter((file) => !file.includes('node_modules'));

/** Rows of all Markdown tables in a text that name variables in their first cell, one for each variable. */
export function settingRows(markdown: string): { name: string; cells: string[] }[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return [...(cells[1] ?? '').matchAll(/`([A-Z_]+\*?)`/g)].map(([, name = '']) => ({ name, cells: cells.slice(1) }));
  });
}
