import type { GraphRequest } from '../http/request.ts';

/** learn.microsoft.com/graph/throttling-limits, identity and access; a parameter of the template is written {}. */
const COSTS: Readonly<Record<string, number>> = {
  'GET /applications': 2,
  'GET /contracts': 3,
  'POST /directoryobjects/getbyids': 3,
  'GET /domains/{}/domainnamereferences': 4,
  'GET /groups/{}/members': 3,
  'GET /groups/{}/transitivemembers': 5,
  'POST /users/{}/checkmembergroups': 4,
  'POST /users/{}/checkmemberobjects': 4,
  'POST /users/{}/getmembergroups': 2,
  'POST /users/{}/getmemberobjects': 2,
  'GET /users/{}/licensedetails': 2,
  'GET /users/{}/memberof': 2,
  'GET /users/{}/ownedobjects': 2,
  'GET /users/{}/transitivememberof': 2,
  'GET /serviceprincipals/{}/approleassignments': 2,
  'GET /subscribedskus': 3,
  'GET /users': 2,
};

const keys = new Map<string, string>();

/** A template's way of naming its cost: without names of parameters, namespaces and casts. */
function costKey(method: string, template: string): string {
  const name = `${method} ${template}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const plain = template
    .toLowerCase()
    .replaceAll(/\{[^}]*\}/g, '{}')
    .replaceAll(/\/microsoft\.graph\.(getbyids|checkmembergroups|checkmemberobjects|getmembergroups|getmemberobjects)/g, '/$1')
    .replaceAll(/\/(microsoft\.)?graph\.[a-z]+|\/\$count$|\(\)/g, '');
  keys.set(name, `${method} ${plain}`);
  return `${method} ${plain}`;
}

/** Resource units of a request to the directory: by its kind, less with `$select` and a small `$top`, more with `$expand`, at least one. */
export function directoryUnits(template: string, { method, query }: Pick<GraphRequest, 'method' | 'query'>): number {
  const base = COSTS[costKey(method, template)] ?? 1;
  const top = query.get('$top');
  const isSmall = top !== undefined && /^\d+$/.test(top) && Number(top) < 20;
  return Math.max(1, base - (query.has('$select') ? 1 : 0) + (query.has('$expand') ? 1 : 0) - (isSmall ? 1 : 0));
}

const DRIVE = /^\/(users\/\{\}\/drives?|groups\/\{\}\/(drives?|sites)|drives|sites|shares)(\/|$|\()/;

/**
 * Resource units of a request to OneDrive or SharePoint; undefined for others. One for a single item, a delta with its
 * token and a download; two for lists, a first delta and writes; five for permissions.
 */
export function driveUnits(template: string, { method, query }: Pick<GraphRequest, 'method' | 'query'>): number | undefined {
  const key = costKey(method, template).slice(method.length + 1);
  if (!DRIVE.test(key)) return undefined;
  if (/\/permissions(\/|$)/.test(key) || /permissions/i.test(query.get('$expand') ?? '')) return 5;
  if (method !== 'GET') return 2;
  if (/\/delta/.test(key)) return query.has('token') || query.has('$deltatoken') || query.has('$skiptoken') ? 1 : 2;
  return /\/(\{\}|root|drive|content)$/.test(key) ? 1 : 2;
}
