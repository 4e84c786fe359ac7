import type { CoverageRow } from './coverage-row.ts';

/** The file's text with the row's edit. Throws an Error in words when the edit does not fit it. */
export function mutated({ file, find, replace }: CoverageRow['mutation'], text: string): string {
  const times = find === '' ? 0 : text.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} holds ${JSON.stringify(find)} ${times} times; a mutation names a place that is there once`);
  if (find === replace) throw new Error(`The mutation of ${file} changes nothing`);
  return text.replace(find, () => replace);
}
