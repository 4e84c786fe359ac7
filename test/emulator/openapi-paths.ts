import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { populate } from './populate.ts';
import type { TestEmulator } from './support.ts';

export const OPENAPI_FILE = resolve(import.meta.dirname, '../../../shared/graph/openapi-subset.json');

/** Counts of the directory are given on demand only: learn.microsoft.com/graph/aad-advanced-queries. */
export const EVENTUAL = { consistencylevel: 'eventual' };

/** A window that the operations demand who give occurrences: learn.microsoft.com/graph/api/user-list-calendarview. */
const WINDOW = 'startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z';
const NEEDS_WINDOW = /(calendarView|instances)(\/delta\(\)|\/\$count)?$/;
/** Casts are advanced queries: learn.microsoft.com/graph/aad-advanced-queries. */
const NEEDS_COUNT = /s\/graph\.\w+$|Of\/graph\.\w+$/;
const VALUES: Readonly<Record<string, string>> = {
  q: 'report',
  token: 'latest',
  path: 'sites/none',
  StartDateTime: '2026-01-01T00:00:00Z',
  EndDateTime: '2026-12-31T00:00:00Z',
};
/** Stands where the emulator has nothing of the kind. */
const NOBODY = '8d4a2b5e-0000-4000-8000-000000000000';

export interface FilledPath {
  readonly template: string;
  /** With the query that the operation demands. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

export function documentedGetPaths(): string[] {
  const { paths } = JSON.parse(readFileSync(OPENAPI_FILE, 'utf8')) as { paths: Record<string, object> };
  return Object.keys(paths).filter((template) => 'get' in paths[template]!);
}

/** Fills every template with ids that the emulator itself gives: an id is looked up in the list that stands before it. */
export async function fillPaths(emulator: TestEmulator, templates: readonly string[]): Promise<FilledPath[]> {
  const { mailboxes } = (await emulator.control('GET', '/truth/mailboxes')).body;
  const userId = busiest(mailboxes).mailboxId as string;
  const given = { '/users': userId, ...(await populate(emulator, userId)) };
  const known = new Map(Object.entries(given).map(([list, id]) => [list, Promise.resolve(id)]));
  const idIn = (list: string) => {
    const found = known.get(list) ?? firstId(emulator, list);
    known.set(list, found);
    return found;
  };
  const fill = async (template: string): Promise<FilledPath> => {
    const params: Record<string, string> = {};
    let path = '';
    for (const segment of template.split('/').slice(1)) {
      const [, name] = /\{([^}]+)\}/.exec(segment) ?? [];
      if (name === undefined) {
        path += `/${segment}`;
        continue;
      }
      params[name] = VALUES[name] ?? (await idIn(path));
      path += `/${segment.replaceAll(/\{([^}]+)\}/g, (_, part: string) => VALUES[part] ?? params[part]!)}`;
    }
    const query = NEEDS_WINDOW.test(path) ? `?${WINDOW}` : NEEDS_COUNT.test(path) ? '?$count=true' : '';
    return { template, path: `${path}${query}`, params };
  };
  return Promise.all(templates.map(fill));
}

function busiest(mailboxes: readonly any[]): any {
  return mailboxes.toSorted((a, b) => b.folders * 1_000 + b.messages - (a.folders * 1_000 + a.messages))[0];
}

async function firstId(emulator: TestEmulator, list: string): Promise<string> {
  const { status, body } = await emulator.get(NEEDS_WINDOW.test(list) ? `${list}?${WINDOW}&$top=50` : `${list}?$top=50`, {
    prefer: 'odata.maxpagesize=50',
    headers: EVENTUAL,
  });
  const entries: any[] = status === 200 && Array.isArray(body.value) ? body.value : [];
  return entries.toSorted((a, b) => worth(b) - worth(a))[0]?.id ?? NOBODY;
}

/** What has something beneath it is worth more: an empty folder shows little of its paths. */
function worth(entry: any): number {
  const { childFolderCount = 0, totalItemCount = 0, hasAttachments = false, type, isDefaultCalendar = false } = entry;
  return (
    Number(childFolderCount > 0) * 4 +
    Number(totalItemCount > 0) * 2 +
    Number(hasAttachments) +
    Number(type === 'seriesMaster') +
    Number(isDefaultCalendar)
  );
}
