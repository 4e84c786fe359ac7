/**
 * Paths of OneDrive and SharePoint have more spellings than segments can tell: items by path (`root:/a/b:/children`),
 * functions with arguments (`search(q='x')`), sites by server and path, and libraries by their owner. They are brought
 * to one form, below /drives/{drive-id}/items and /sites/{site-id}.
 * learn.microsoft.com/graph/onedrive-addressing-driveitems
 */

/** `search(q='x')` as two segments: a fixed one, `search(q)`, and its argument. Also for templates: `search(q='{q}')`. */
export function functionSegments(segment: string): readonly string[] | undefined {
  const call = /^(?:microsoft\.graph\.)?([A-Za-z.]+)\((\w+)='((?:[^']|'')*)'\)$/.exec(segment);
  return call ? [`${call[1]!}(${call[2]!})`, call[3]!.replaceAll("''", "'")] : undefined;
}

/** A slash within quotes belongs to the argument: `getByPath(path='sites/a')`. */
export function rawSegments(path: string): string[] {
  const segments: string[] = [];
  for (const part of path.split('/')) {
    const last = segments.at(-1);
    if (last !== undefined && /\(\w*=?'/.test(last) && !last.endsWith("')")) segments[segments.length - 1] = `${last}/${part}`;
    else if (part !== '') segments.push(part);
  }
  return segments;
}

const OWNERS = new Set(['users', 'groups', 'sites']);

export function straightDocumentPath(segments: readonly string[]): readonly string[] {
  const keyword = (index: number) => segments[index]?.toLowerCase();
  if (keyword(0) === 'sites' && /^(?:(?:microsoft\.graph|oneDrive)\.)?getAllSites(?:\(\))?$/i.test(segments[1] ?? ''))
    return ['sites', 'getAllSites', ...segments.slice(2)];
  if (keyword(0) === 'sites') return siteBelow(bySitePath(segments));
  if (OWNERS.has(keyword(0) ?? '')) return ownedDrive(segments);
  if (keyword(0) === 'drives') return drive(segments);
  // What lies below a shared item is addressed through it.
  if (keyword(0) === 'shares' && ['driveitem', 'root', 'items'].includes(keyword(2) ?? '') && segments.length > 3)
    return drive([
      'drives',
      `share:${segments[1]!}`,
      ...(keyword(2) === 'items' ? segments.slice(2) : ['items', 'share', ...segments.slice(3)]),
    ]);
  return segments;
}

function siteBelow(segments: readonly string[]): readonly string[] {
  // A site within its site is addressed by its own id.
  if (segments[2]?.toLowerCase() === 'sites' && segments.length > 3 && segments[3] !== '$count')
    return siteBelow(['sites', ...segments.slice(3)]);
  return ownedDrive(segments);
}

/** users/{id}/drive/x is drives/user:{id}/x, users/{id}/drives/{drive-id}/x is drives/{drive-id}/x. */
function ownedDrive(segments: readonly string[]): readonly string[] {
  const below = segments[2]?.toLowerCase();
  if (below === 'drives' && segments.length > 3) return drive(['drives', ...segments.slice(3)]);
  if (below !== 'drive') return segments;
  const kind = segments[0]!.toLowerCase().slice(0, -1);
  return drive(['drives', `${kind}:${segments[1]!}`, ...segments.slice(3)]);
}

/** sites/contoso.sharepoint.com:/sites/a:/lists is sites/contoso.sharepoint.com:/sites/a/lists, the server and path being one id. */
function bySitePath(segments: readonly string[]): readonly string[] {
  const host = segments[1];
  if (host === undefined || !host.endsWith(':')) return segments;
  const { path, rest } = pathUpToColon(segments.slice(2));
  return ['sites', `${host}/${path}`, ...rest];
}

/** root, special/{name} and everything addressed by path become items/{item-id}, an id that holds the path. */
function drive(segments: readonly string[]): readonly string[] {
  const [drives, id, ...below] = segments;
  const first = below[0]?.toLowerCase() ?? '';
  if (first === 'list' && below.length > 1) return ['sites', `drive:${id!}`, 'lists', 'library', ...below.slice(1)];
  if (first === 'root') return [drives!, id!, 'items', 'root', ...below.slice(1)];
  if (first === 'root:') return withPath([drives!, id!, 'items'], { base: 'root', rest: below.slice(1) });
  const named = first === 'special' || first === 'items' ? below[1] : undefined;
  if (named === undefined) return segments;
  const base = first === 'special' ? `special~${named.replace(/:$/, '')}` : named.replace(/:$/, '');
  if (named.endsWith(':')) return withPath([drives!, id!, 'items'], { base, rest: below.slice(2) });
  if (first === 'special' && below.length > 2) return [drives!, id!, 'items', base, ...below.slice(2)];
  return segments;
}

function withPath(start: readonly string[], of: { readonly base: string; readonly rest: readonly string[] }): readonly string[] {
  const { path, rest } = pathUpToColon(of.rest);
  return [...start, path === '' ? of.base : `${of.base}:/${path}`, ...rest];
}

/** A path ends with a colon where something follows it. */
function pathUpToColon(segments: readonly string[]): { readonly path: string; readonly rest: readonly string[] } {
  const end = segments.findIndex((segment) => segment.endsWith(':'));
  if (end < 0) return { path: segments.join('/'), rest: [] };
  return {
    path: [...segments.slice(0, end), segments[end]!.slice(0, -1)].filter((part) => part !== '').join('/'),
    rest: segments.slice(end + 1),
  };
}
