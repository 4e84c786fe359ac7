import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** What stands in angle brackets for somebody to fill in; `<<JSON` begins a text in the shell's own words. */
const placeholder = /(?<!<)<([a-z][a-z ]*)>/g;

/** The shell blocks of a page, or of its part under a heading, in the order in which they stand there. */
export function writtenBlocks(page: string, heading?: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const from = heading === undefined ? 0 : text.indexOf(`\n## ${heading}\n`);
  if (from < 0) throw new Error(`${page} has no part "${heading}"`);
  const end = heading === undefined ? -1 : text.indexOf('\n## ', from + 4);
  const part = text.slice(from, end < 0 ? undefined : end);
  return [...part.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, lines = '']) => lines);
}

/** The block as its reader fills it in. Throws an Error for a placeholder that nothing is given for. */
export function filledIn(block: string, values: Readonly<Record<string, string>>): string {
  return block.replaceAll(placeholder, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Nothing is given for ${whole}`);
    return value;
  });
}
