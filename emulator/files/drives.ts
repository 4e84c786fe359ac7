import { isoSeconds } from '../data/clock.ts';
import { json, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { Downloads } from './downloads.ts';
import { driveDeltaRoutes } from './drive-delta.ts';
import { driveSearchRoutes } from './drive-search.ts';
import { allItemsRoute } from './all-items.ts';
import { itemEntity, itemRoutes } from './drive-items.ts';
import { findLibrary, findShared } from './find-items.ts';
import { option, tokenPage } from './item-list.ts';
import { listItemOf } from './list-rows.ts';
import { permissionsOf, shareIdOf } from './permissions.ts';
import { driveIdOf, findGroup, siteOfUser } from './places.ts';
import { FILE_PROBLEMS, FILE_READERS, SHARE_READERS } from './problems.ts';
import { driveTypeOf, identity, libraryUrl, type Library } from './render-item.ts';
import { renderSite } from '../sites/render-site.ts';

/** Drives, what is in them, and shared items by their links. */
export function driveRoutes(downloads: Downloads): readonly GraphRoute[] {
  return [
    serviceRoute('/drives/{drive-id}', { kind: 'drives.get', roles: FILE_READERS, handle: getDrive }),
    serviceRoute('/users/{user-id}/drives', { kind: 'drives.list', roles: FILE_READERS, handle: (context) => listDrives(context, 'user') }),
    serviceRoute('/groups/{group-id}/drives', {
      kind: 'drives.list',
      roles: FILE_READERS,
      handle: (context) => listDrives(context, 'group'),
    }),
    serviceRoute('/sites/{site-id}/drives', { kind: 'drives.list', roles: FILE_READERS, handle: (context) => listDrives(context, 'site') }),
    allItemsRoute(downloads),
    ...itemRoutes(downloads),
    ...driveSearchRoutes(downloads),
    ...driveDeltaRoutes(downloads),
    ...shareRoutes(downloads),
  ];
}

const DRIVE_TYPE = {
  name: 'microsoft.graph.drive',
  properties: [
    'id', 'name', 'description', 'driveType', 'owner', 'quota', 'webUrl', 'createdDateTime', 'lastModifiedDateTime', 'createdBy', 'lastModifiedBy',
    'sharePointIds', 'system', 'eTag', 'parentReference', 'root', 'items', 'special', 'list',
  ],
} as const; // prettier-ignore

const QUOTA_BYTES = 1_099_511_627_776;

export function renderDrive(library: Library): Record<string, unknown> {
  const { site, drive } = library;
  const isPersonal = site.owner.kind === 'user';
  const used = drive.sizeOf(drive.root);
  const changed = [...drive.nodes.values()].reduce((latest, node) => Math.max(latest, node.changedMs), drive.root.createdMs);
  const dates = { createdDateTime: isoSeconds(drive.root.createdMs), lastModifiedDateTime: isoSeconds(changed) };
  return {
    ...{ ...dates, description: '', id: driveIdOf(site), name: isPersonal ? 'OneDrive' : 'Documents', webUrl: libraryUrl(library) },
    ...{ driveType: driveTypeOf(library), createdBy: identity(site.owner.author), lastModifiedBy: identity(site.owner.author) },
    owner:
      site.owner.kind === 'group'
        ? { group: { id: site.owner.author.id, displayName: site.owner.author.displayName } }
        : identity(site.owner.author),
    quota: { deleted: 0, remaining: QUOTA_BYTES - used, state: 'normal', total: QUOTA_BYTES, used },
  };
}

function getDrive(context: GraphContext): Answer {
  const { request, world, params } = context;
  const wanted = params['drive-id']!;
  const library = findLibrary(world, wanted);
  const owner = /^(user|group|site):/.exec(wanted)?.[1];
  const fragment =
    owner === undefined ? 'drives/$entity' : `${owner}s('${encodeURIComponent(wanted.slice(owner.length + 1))}')/drive/$entity`;
  const selected = parseSelect(option(request, 'select'), DRIVE_TYPE);
  return json({ '@odata.context': contextUrl(request, fragment), ...project(renderDrive(library), selected) });
}

/** Who has no OneDrive has no drives; a site has its library. */
function listDrives(context: GraphContext, kind: 'user' | 'group' | 'site'): Answer {
  const { request, world, params } = context;
  const name = params[`${kind}-id`]!;
  if (kind === 'user' && !world.findUser(name)) throw PROBLEMS.noSuchObject(name);
  if (kind === 'group' && !findGroup(world, name)) throw PROBLEMS.noSuchObject(name);
  const user = kind === 'user' ? world.findUser(name) : undefined;
  const libraries = user && !siteOfUser(world, user) ? [] : [findLibrary(world, `${kind}:${name}`)];
  const selected = parseSelect(option(request, 'select'), DRIVE_TYPE);
  return json({
    '@odata.context': contextUrl(request, `${kind}s('${encodeURIComponent(name)}')/drives`),
    ...tokenPage(request, libraries, (library) => project(renderDrive(library), selected)),
  });
}

function shareRoutes(downloads: Downloads): GraphRoute[] {
  const on = (template: string, handle: (context: GraphContext, found: ReturnType<typeof findShared>) => object) =>
    serviceRoute(template, {
      ...{ kind: 'shares.get', roles: SHARE_READERS },
      handle: (context) => json(handle(context, findShared(context.world, context.params['sharedDriveItem-id']!))),
    });
  const item = (context: GraphContext, found: ReturnType<typeof findShared>) => ({
    '@odata.context': contextUrl(context.request, 'driveItems/$entity'),
    ...itemEntity(context, { ...found, downloads }),
  });
  return [
    on('/shares/{sharedDriveItem-id}', (context, { library, node }) => ({
      '@odata.context': contextUrl(context.request, 'shares/$entity'),
      ...{ id: shareIdOf(library, node), name: node.name, owner: identity(library.site.owner.author) },
    })),
    on('/shares/{sharedDriveItem-id}/driveItem', item),
    on('/shares/{sharedDriveItem-id}/root', item),
    on('/shares/{sharedDriveItem-id}/listItem', (context, { library, node }) => {
      if (node.parentKey === null) throw FILE_PROBLEMS.itemNotFound();
      return { '@odata.context': contextUrl(context.request, 'listItems/$entity'), ...listItemOf({ library, node, fields: undefined }) };
    }),
    on('/shares/{sharedDriveItem-id}/site', (context, { library }) => ({
      '@odata.context': contextUrl(context.request, 'sites/$entity'),
      ...renderSite(library.site),
    })),
    on('/shares/{sharedDriveItem-id}/permission', (context, { library, node }) => {
      const link = permissionsOf(context.world, library, node).find((permission) => 'link' in permission);
      if (!link) throw FILE_PROBLEMS.itemNotFound();
      return { '@odata.context': contextUrl(context.request, 'permission'), ...link };
    }),
  ];
}
