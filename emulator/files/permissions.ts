import { isoSeconds } from '../data/clock.ts';
import type { Author } from '../data/drive-model.ts';
import type { DriveNode } from '../data/drive-state.ts';
import type { User } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import type { World } from '../data/world.ts';
import { driveIdOf, itemIdOf, driveOf, siteByIds, siteOfUser, type Site } from './places.ts';
import { pathOf, type Library } from './render-item.ts';

const OLD_GRANT = { '@deprecated.GrantedTo': 'GrantedTo has been deprecated. Refer to GrantedToV2' };

/** Who may do what with an item: its library's owner, and below a shared folder a colleague and two links. */
export function permissionsOf(world: World, library: Library, node: DriveNode): Record<string, unknown>[] {
  const { site, drive } = library;
  const shared = sharedAncestor(library, node);
  const owner = grant({ id: 'owner', roles: ['owner'], person: site.owner.author, number: 1 });
  const isRoot = node.parentKey === null;
  const permissions = [isRoot ? owner : { ...owner, inheritedFrom: referenceTo(library, drive.root) }];
  if (!shared) return permissions;
  const inherited = shared === node ? {} : { inheritedFrom: referenceTo(library, shared) };
  const colleague = colleagueOf(world, library);
  const application = { id: uuidOf(`application:${site.collectionId}`), displayName: 'Contoso Time Manager' };
  return [
    ...permissions,
    {
      id: 'link-edit',
      roles: ['write'],
      shareId: shareIdOf(library, shared),
      hasPassword: false,
      link: linkOf(library, shared, 'edit'),
      ...inherited,
    },
    { ...grant({ id: 'colleague', roles: ['write'], person: colleague, number: 7 }), ...inherited },
    {
      id: 'link-app',
      roles: ['write'],
      shareId: shareIdOf(library, shared),
      link: { ...linkOf(library, shared, 'edit'), application },
      ...inherited,
    },
  ];
}

function grant(of: { id: string; roles: readonly string[]; person: Author; number: number }): Record<string, unknown> {
  const user = { id: of.person.id, displayName: of.person.displayName };
  const siteUser = { id: String(of.number), displayName: of.person.displayName, loginName: `i:0#.f|membership|${of.person.id}` };
  return { id: of.id, ...OLD_GRANT, roles: of.roles, grantedTo: { user }, grantedToV2: { user, siteUser } };
}

function sharedAncestor({ drive }: Library, node: DriveNode): DriveNode | undefined {
  for (let at: DriveNode | undefined = node; at; at = at.parentKey === null ? undefined : drive.nodes.get(at.parentKey))
    if (at.isShared) return at;
  return undefined;
}

function referenceTo(library: Library, node: DriveNode): object {
  return { driveId: driveIdOf(library.site), id: itemIdOf(library.drive, node), path: pathOf(library, node) };
}

/** Each person's shared folder is given to the next one of the organisation, so that who shares with whom needs no search. */
function colleagueOf(world: World, { site }: Library): Author {
  const next = neighbourOf(world, site.owner.key, 1);
  return next ? { id: next.id, displayName: next.displayName } : { id: uuidOf('somebody'), displayName: 'Somebody' };
}

function neighbourOf(world: World, userId: string, distance: 1 | -1): User | undefined {
  const people = world.users().filter((user) => siteOfUser(world, user) !== undefined);
  const own = people.findIndex((user) => user.id === userId);
  const neighbour = people.at((own + distance) % people.length);
  return neighbour?.id === userId ? undefined : neighbour;
}

/** Folders of others that this library's owner was given. */
export function sharedWith(world: World, { site }: Library): { readonly library: Library; readonly node: DriveNode }[] {
  const from = site.owner.kind === 'user' ? neighbourOf(world, site.owner.key, -1) : undefined;
  const theirs = from && siteOfUser(world, from);
  if (!theirs) return [];
  const library = { site: theirs, drive: driveOf(world, theirs) };
  return [...library.drive.nodes.values()].filter((node) => node.isShared && node.deletedMs === null).map((node) => ({ library, node }));
}

/** A sharing link names library and item: /:f:/s/{both}. */
function linkOf(library: Library, node: DriveNode, type: 'edit' | 'view'): Record<string, unknown> {
  const { host } = library.site;
  return {
    webUrl: `https://${host}/:${node.file ? 'u' : 'f'}:/s/${linkToken(library, node)}`,
    type,
    scope: 'organization',
    preventsDownload: false,
  };
}

function linkToken(library: Library, node: DriveNode): string {
  const { collectionId, webId } = library.site;
  return Buffer.from([collectionId, webId, node.key].join('/')).toString('base64url');
}

export function shareIdOf(library: Library, node: DriveNode): string {
  return `s!${linkToken(library, node)}`;
}

/** The item of a share id (s!…) or of a sharing link's last segment. */
export function itemOfLink(world: World, token: string): { readonly library: Library; readonly node: DriveNode } | undefined {
  const [collectionId = '', webId = '', key = ''] = Buffer.from(token, 'base64url').toString('utf8').split('/');
  if (!/^[0-9a-f-]{36}$/.test(collectionId)) return undefined;
  const site: Site | undefined = siteByIds(world, { collectionId, webId });
  const library = site && { site, drive: driveOf(world, site) };
  const node = library?.drive.nodes.get(key);
  return library && node && node.deletedMs === null ? { library, node } : undefined;
}

/** Applications that were given this one site: Sites.Selected. */
export function sitePermissions(world: World, site: Site): Record<string, unknown>[] {
  const names = ['Contoso Time Manager App', 'Fabrikam Dashboard App'];
  return names.map((displayName, index) => {
    const application = { id: uuidOf(`application:${world.tenant.id}:${displayName}`), displayName };
    return {
      id: Buffer.from(`i:0i.t|ms.sp.ext|${application.id}@${site.collectionId}`).toString('base64url'),
      '@deprecated.GrantedToIdentities': 'GrantedToIdentities has been deprecated. Refer to GrantedToIdentitiesV2',
      ...{ roles: [index === 0 ? 'read' : 'write'], grantedToIdentities: [{ application }], grantedToIdentitiesV2: [{ application }] },
    };
  });
}

export function versionsOf(node: DriveNode): Record<string, unknown>[] {
  return node.versions
    .map((version, index) => ({
      id: `${index + 1}.0`,
      lastModifiedDateTime: isoSeconds(version.modifiedMs),
      lastModifiedBy: { user: { id: version.by.id, displayName: version.by.displayName } },
      size: version.file.bytes().length,
    }))
    .toReversed();
}
