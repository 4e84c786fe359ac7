import type { World } from '../data/world.ts';
import { FILE_PROBLEMS } from './problems.ts';
import { hosts, siteByIds, siteOfBase, siteOfUser, webUrlOf, type Site } from './places.ts';

/** root, a server's name, host,collection,web, only collection,web, or a server and path (host:/sites/a). */
export function findSite(world: World, id: string): Site {
  const site = siteNamed(world, id);
  if (!site) throw FILE_PROBLEMS.itemNotFound();
  return site;
}

function siteNamed(world: World, id: string): Site | undefined {
  if (id.toLowerCase() === 'root') return siteAt(world, hosts(world).teams, '');
  const [host = '', path] = /^([^:,/]+):?\/?(.*)$/s.exec(id)?.slice(1) ?? [];
  if (id.includes(':')) return siteAt(world, checkedHost(world, host), path ?? '');
  const parts = id.toLowerCase().split(',');
  if (parts.length === 1) return /\./.test(id) ? siteAt(world, checkedHost(world, id), '') : byCollection(world, id.toLowerCase());
  const [collectionId = '', webId = ''] = parts.length === 3 ? parts.slice(1) : parts;
  const site = siteByIds(world, { collectionId, webId });
  if (parts.length === 3 && site?.host !== parts[0]) return undefined;
  return site;
}

/** The root web of a site collection. */
function byCollection(world: World, collectionId: string): Site | undefined {
  return world.sites.map((base) => siteOfBase(world, base)).find((site) => site.collectionId === collectionId);
}

function checkedHost(world: World, host: string): string {
  const { teams, personal } = hosts(world);
  const name = host.toLowerCase();
  if (name !== teams && name !== personal) throw FILE_PROBLEMS.badSiteId();
  return name;
}

/** A site by its place on a server; the path may end with slashes. */
export function siteAt(world: World, host: string, path: string): Site | undefined {
  const wanted = path.replaceAll(/^\/+|\/+$/g, '').toLowerCase();
  const { teams } = hosts(world);
  if (host === teams) {
    const base = world.sites.find((site) => site.path.toLowerCase() === wanted);
    return base && siteOfBase(world, base);
  }
  const name = /^personal\/([^/]+)$/.exec(wanted)?.[1];
  if (name === undefined) return undefined;
  for (const user of world.users()) {
    const site = siteOfUser(world, user);
    if (site?.path.toLowerCase() === wanted) return site;
  }
  return undefined;
}

/** The site that a web address lies in, the longest that fits. */
export function siteByUrl(world: World, url: string): Site | undefined {
  const { host, pathname } = new URL(url);
  const names = pathname.split('/').filter((part) => part !== '');
  for (let length = names.length; length >= 0; length--) {
    const site = siteAt(world, host.toLowerCase(), names.slice(0, length).join('/'));
    if (site && new URL(url).href.toLowerCase().startsWith(webUrlOf(site).toLowerCase())) return site;
  }
  return undefined;
}
