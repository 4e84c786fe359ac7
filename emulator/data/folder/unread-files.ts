import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { LoadProblem } from '../model.ts';

/** What lies in an organisation's folder and nothing reads: so that no file is passed over in silence. */
export function unreadFiles(root: string): LoadProblem[] {
  const problems: LoadProblem[] = [];
  const report = (file: string, problem: string) => problems.push({ file: relative(root, file), problem, outcome: 'left out' });
  const visit = (folder: string, place: readonly string[]): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      // Names that begin with a dot are those of editors and file systems.
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) visit(path, [...place, entry.name]);
      else if (!entry.isFile()) report(path, 'is neither a file nor a folder');
      else {
        const problem = problemOf(path, { place, name: entry.name.toLowerCase() });
        if (problem !== undefined) report(path, problem);
      }
    }
  };
  visit(root, []);
  return problems;
}

function problemOf(path: string, of: { readonly place: readonly string[]; readonly name: string }): string | undefined {
  const { place, name } = of;
  if (place.length === 0) return name === 'organisation.json' ? undefined : 'is not part of an organisation';
  if (place[0] === 'drives') return place.length > 1 ? undefined : 'belongs to no owner of drives/<owner>/…';
  if (place[0] !== 'mailboxes') return 'is not part of an organisation; mailboxes/ and drives/ are';
  if (place.length === 3 && place[2] === 'calendars') return name.endsWith('.ics') ? undefined : 'is not a calendar (.ics)';
  if (place[2] === 'calendars') return 'lies below calendars/, which has no folders';
  if (place.length < 3) return 'lies in no mail folder: mailboxes/<address>/<Folder>/…';
  if (name.endsWith('.eml')) return undefined;
  if (!name.endsWith('.eml.json')) return 'is not a mail (.eml)';
  return existsSync(path.slice(0, -'.json'.length)) ? undefined : 'has no mail (.eml) beside it';
}
