import { json, plainCount, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { findSite, siteAt } from '../files/find-sites.ts';
import { option, pageSizeOf, tokenLink, tokenPage } from '../files/item-list.ts';
import { sitePermissions } from '../files/permissions.ts';
import { findGroup, siteIdOf, siteOfBase, siteOfGroup, siteOfUser, type Site } from '../files/places.ts';
import { FILE_PROBLEMS, SITE_READERS } from '../files/problems.ts';
import { renderSite, SITE_TYPE } from './render-site.ts';

const PERMISSION_READERS = ['Sites.FullControl.All'];

export const siteRoutes: readonly GraphRoute[] = [
  serviceRoute('/sites', { kind: 'sites.list', roles: SITE_READERS, handle: listSites }),
  serviceRoute('/sites/$count', { kind: 'sites.count', roles: SITE_READERS, handle: (context) => plainCount(teamSites(context).length) }),
  serviceRoute('/sites/getAllSites', { kind: 'sites.all', roles: SITE_READERS, handle: listAllSites }),
  serviceRoute('/sites/delta', { kind: 'sites.delta', roles: SITE_READERS, handle: deltaOfSites }),
  serviceRoute('/sites/{site-id}', { kind: 'sites.get', roles: SITE_READERS, handle: (context) => getSite(context, siteOf(context)) }),
  serviceRoute("/sites/{site-id}/getByPath(path='{path}')", { kind: 'sites.get', roles: SITE_READERS, handle: getByPath }),
  serviceRoute('/sites/{site-id}/sites', { kind: 'sites.list', roles: SITE_READERS, handle: listSubsites }),
  serviceRoute('/sites/{site-id}/permissions', { kind: 'sites.permissions', roles: PERMISSION_READERS, handle: listPermissions }),
  serviceRoute('/sites/{site-id}/permissions/{permission-id}', {
    kind: 'sites.permission',
    roles: PERMISSION_READERS,
    handle: getPermission,
  }),
  serviceRoute('/groups/{group-id}/sites', { kind: 'sites.list', roles: SITE_READERS, handle: listGroupSites }),
  serviceRoute('/groups/{group-id}/sites/{site-id}', { kind: 'sites.get', roles: SITE_READERS, handle: getGroupSite }),
];

function siteOf({ world, params }: GraphContext): Site {
  return findSite(world, params['site-id']!);
}

function teamSites({ world }: GraphContext): Site[] {
  return world.sites.map((base) => siteOfBase(world, base));
}

function answerSites(context: GraphContext, sites: readonly Site[], fragment = 'sites'): Answer {
  const selected = parseSelect(option(context.request, 'select'), SITE_TYPE);
  return json({
    '@odata.context': contextUrl(context.request, fragment),
    ...tokenPage(context.request, sites, (site) => project(renderSite(site), selected)),
  });
}

/** All team sites, or with `search` those whose words fit; `*` fits all: learn.microsoft.com/graph/api/site-search. */
function listSites(context: GraphContext): Answer {
  const search = option(context.request, 'search')?.replaceAll('"', '').trim().toLowerCase();
  const isAll = search === undefined || search === '*' || search === '';
  const words = search?.replace(/\*$/, '').split(/\s+/) ?? [];
  const fits = (site: Site) =>
    words.every((word) => `${site.title} ${site.path} ${site.base?.description ?? ''}`.toLowerCase().includes(word));
  return answerSites(
    context,
    teamSites(context).filter((site) => isAll || fits(site)),
  );
}

/** Personal sites too, for applications alone: learn.microsoft.com/graph/api/site-getallsites. */
function listAllSites(context: GraphContext): Answer {
  if (context.caller.userId !== undefined) throw problem(403, 'accessDenied', 'This operation is for applications only.');
  return answerSites(context, allSites(context));
}

function allSites(context: GraphContext): Site[] {
  const { world } = context;
  return [...teamSites(context), ...world.users().flatMap((user) => siteOfUser(world, user) ?? [])];
}

const DELTA_END = 'latest';

/**
 * Sites come and go with the people they belong to; nothing else of them changes. A link knows the sites that were told:
 * so no page depends on how many there were before it.
 */
function deltaOfSites(context: GraphContext): Answer {
  const { request, world } = context;
  const sites = allSites(context);
  const names = new Set(sites.map(shortOf));
  const token = option(request, 'token') ?? option(request, 'deltatoken');
  const known = token === DELTA_END ? names : token === undefined ? new Set<string>() : knownSites(token, context);
  const fresh = sites.filter((site) => !known.has(shortOf(site)));
  const page = fresh.slice(0, pageSizeOf(request));
  const isMore = page.length < fresh.length;
  const gone = isMore ? [] : [...known].filter((name) => !names.has(name));
  const told = isMore ? [...known, ...page.map(shortOf)] : [...names];
  const link = tokenLink(request, Buffer.from(`${world.epoch}:${told.join('')}`).toString('base64url'));
  return json({
    '@odata.context': contextUrl(request, 'sites'),
    ...{ [isMore ? '@odata.nextLink' : '@odata.deltaLink']: link },
    value: [...page.map(renderSite), ...gone.map((name) => ({ id: name, '@removed': { reason: 'deleted' } }))],
  });
}

/** Eight letters tell a site of an organisation from the others. */
function shortOf(site: Site): string {
  return site.webId.slice(0, 8);
}

function knownSites(token: string, { world, request }: GraphContext): ReadonlySet<string> {
  const [epoch, names = ''] = Buffer.from(token, 'base64url').toString('utf8').split(':');
  if (!/^([0-9a-f]{8})*$/.test(names)) throw FILE_PROBLEMS.badToken();
  if (epoch !== world.epoch) throw problem(410, 'resyncRequired', 'Resync required.', { Location: `${request.serviceRoot}/sites/delta` });
  return new Set(names.match(/.{8}/g) ?? []);
}

function getSite(context: GraphContext, site: Site): Answer {
  const selected = parseSelect(option(context.request, 'select'), SITE_TYPE);
  return json({ '@odata.context': contextUrl(context.request, 'sites/$entity'), ...project(renderSite(site), selected) });
}

/** Relative to the site, or from the server's root when it begins with a slash. */
function getByPath(context: GraphContext): Answer {
  const from = siteOf(context);
  const path = context.params['path']!;
  const site =
    siteAt(context.world, from.host, path.startsWith('/') ? path : `${from.path}/${path}`) ?? siteAt(context.world, from.host, path);
  if (!site) throw FILE_PROBLEMS.itemNotFound();
  return getSite(context, site);
}

function listSubsites(context: GraphContext): Answer {
  const parent = siteOf(context);
  const isChild = (site: Site) =>
    site.path !== parent.path && site.host === parent.host && parent.path !== '' && site.path.startsWith(`${parent.path}/`);
  return answerSites(context, teamSites(context).filter(isChild), `sites('${encodeURIComponent(siteIdOf(parent))}')/sites`);
}

function listPermissions(context: GraphContext): Answer {
  const site = siteOf(context);
  const place = `sites('${encodeURIComponent(siteIdOf(site))}')/permissions`;
  return json({
    '@odata.context': contextUrl(context.request, place),
    ...tokenPage(context.request, sitePermissions(context.world, site), (entry) => entry),
  });
}

function getPermission(context: GraphContext): Answer {
  const site = siteOf(context);
  const found = sitePermissions(context.world, site).find(({ id }) => id === context.params['permission-id']);
  if (!found) throw FILE_PROBLEMS.itemNotFound();
  return json({
    '@odata.context': contextUrl(context.request, `sites('${encodeURIComponent(siteIdOf(site))}')/permissions/$entity`),
    ...found,
  });
}

function groupSite({ world, params }: GraphContext): Site {
  const group = findGroup(world, params['group-id']!);
  if (!group) throw PROBLEMS.noSuchObject(params['group-id']!);
  return siteOfGroup(world, group);
}

function listGroupSites(context: GraphContext): Answer {
  return answerSites(context, [groupSite(context)]);
}

function getGroupSite(context: GraphContext): Answer {
  const site = groupSite(context);
  const wanted = context.params['site-id']!;
  if (wanted !== 'root' && wanted !== siteIdOf(site)) throw FILE_PROBLEMS.itemNotFound();
  return getSite(context, site);
}
