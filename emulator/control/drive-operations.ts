import { randomBytes } from 'node:crypto';
import type { DriveChange } from '../data/changes.ts';
import type { DriveNode } from '../data/drive-state.ts';
import type { World } from '../data/world.ts';
import { below, findItem, findLibrary } from '../files/find-items.ts';
import { siteAt } from '../files/find-sites.ts';
import { driveIdOf, driveOf, findGroup, hosts, itemIdOf } from '../files/places.ts';
import { pathOf, type Library } from '../files/render-item.ts';
import { problem } from '../http/problem.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { badInput, oneOf, optionalBoolean, optionalText, textOf, type Fields } from './input.ts';

export const DRIVE_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/drives/*/items', handle: ({ world, params }) => ({ items: truthOfDrive(libraryOf(world, params[0]!)) }) },
  { method: 'POST', path: '/drives/*/items', handle: async (request) => addItem(request, await request.fields()) },
  { method: 'PATCH', path: '/drives/*/items/*', handle: async (request) => editItem(request, await request.fields()) },
  { method: 'DELETE', path: '/drives/*/items/*', handle: deleteItem },
  { method: 'POST', path: '/drives/*/expire', handle: async (request) => expire(request, await request.fields()) },
];

/** By a drive's id, a user's id or address, a group's id, or a site's path: root, sites/teamA. */
function libraryOf(world: World, owner: string): Library {
  if (owner.startsWith('b!')) return findLibrary(world, owner);
  if (world.findUser(owner)) return findLibrary(world, `user:${owner}`);
  if (findGroup(world, owner)) return findLibrary(world, `group:${owner}`);
  const site = siteAt(world, hosts(world).teams, owner === 'root' ? '' : owner);
  if (!site) throw problem(404, 'NoDrive', `No user, group or site with files is named '${owner}'`);
  return { site, drive: driveOf(world, site) };
}

function commit(world: World, { site }: Library, change: DistributiveOmit<DriveChange, 'drive'>): Promise<void> {
  return world.commit([{ ...change, drive: `${site.owner.kind}:${site.owner.key}` }]);
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function itemAnswer(library: Library, key: string): object {
  const node = library.drive.nodes.get(key)!;
  return {
    id: itemIdOf(library.drive, node),
    driveId: driveIdOf(library.site),
    name: node.name,
    size: library.drive.sizeOf(node),
    isFolder: !node.file,
  };
}

/** {path, folder: true} or {path, content or contentBytes (base64), contentType?}; missing folders on the way are made. */
async function addItem({ world, params }: ControlRequest, fields: Fields): Promise<object> {
  const library = libraryOf(world, params[0]!);
  const names = textOf(fields, 'path')
    .split('/')
    .filter((name) => name !== '');
  const name = names.pop();
  if (name === undefined) throw badInput('path must name a file or folder');
  const content = contentOf(world, fields);
  if (optionalBoolean(fields, 'folder') && content.blob !== undefined) throw badInput('folder must not have content');
  const parent = await folderFor(world, library, names);
  if (library.drive.children(parent.key).some((child) => child.name.toLowerCase() === name.toLowerCase()))
    throw problem(409, 'ItemExists', `There is an item named '${name}' already`);
  const key = newKey();
  const blob = optionalBoolean(fields, 'folder') ? {} : { ...content, blob: content.blob ?? world.blobs.put(Buffer.alloc(0)) };
  await commit(world, library, { op: 'driveItem.add', key, parent: parent.key, name, ...blob });
  return itemAnswer(library, key);
}

function newKey(): string {
  return `x${randomBytes(6).toString('hex')}`;
}

async function folderFor(world: World, library: Library, names: readonly string[]): Promise<DriveNode> {
  let at = library.drive.root;
  for (const name of names) {
    let next = below(library.drive, at, [name]);
    if (!next) {
      const key = newKey();
      await commit(world, library, { op: 'driveItem.add', key, parent: at.key, name });
      next = library.drive.nodes.get(key)!;
    }
    if (next.file) throw badInput(`path must not lead through the file '${name}'`);
    at = next;
  }
  return at;
}

function contentOf(world: World, fields: Fields): { blob?: string; mimeType?: string } {
  const text = optionalText(fields, 'content');
  const base64 = optionalText(fields, 'contentBytes');
  if (text === undefined && base64 === undefined) return {};
  const bytes = text === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(text, 'utf8');
  return {
    blob: world.blobs.put(bytes),
    mimeType: optionalText(fields, 'contentType') ?? (text === undefined ? 'application/octet-stream' : 'text/plain'),
  };
}

function itemOf({ world, params }: ControlRequest): { library: Library; node: DriveNode } {
  const library = libraryOf(world, params[0]!);
  const node = findItem(library, { wanted: params[1]!, world, drive: driveIdOf(library.site) });
  if (node.parentKey === null) throw badInput('The root can be neither changed nor deleted');
  return { library, node };
}

/** {name?, parent? (a path of folders), content? or contentBytes?, contentType?}; new content is a new version. */
async function editItem(request: ControlRequest, fields: Fields): Promise<object> {
  const { world } = request;
  const { library, node } = itemOf(request);
  const name = optionalText(fields, 'name');
  const path = optionalText(fields, 'parent');
  const content = contentOf(world, fields);
  if (content.blob !== undefined && !node.file) throw badInput('content must not be given to a folder');
  const parent =
    path === undefined
      ? undefined
      : await folderFor(
          world,
          library,
          path.split('/').filter((part) => part !== ''),
        );
  for (let at = parent; at; at = at.parentKey === null ? undefined : library.drive.nodes.get(at.parentKey))
    if (at.key === node.key) throw badInput('parent must not lie below the item itself');
  if (name === undefined && !parent && content.blob === undefined)
    throw badInput('Nothing to change: give name, parent, content or contentBytes');
  await commit(world, library, {
    op: 'driveItem.edit',
    key: node.key,
    ...(name ? { name } : {}),
    ...(parent ? { parent: parent.key } : {}),
    ...content,
  });
  return itemAnswer(library, node.key);
}

async function deleteItem(request: ControlRequest): Promise<object> {
  const { library, node } = itemOf(request);
  await commit(request.world, library, { op: 'driveItem.delete', key: node.key });
  return { deleted: true };
}

/** Delta links given so far answer 410 from now on. */
async function expire({ world, params }: ControlRequest, fields: Fields): Promise<object> {
  const library = libraryOf(world, params[0]!);
  const code =
    oneOf(fields, 'code', ['resyncChangesApplyDifferences', 'resyncChangesUploadDifferences']) ?? 'resyncChangesApplyDifferences';
  await commit(world, library, { op: 'drive.expire', code });
  return { expired: driveIdOf(library.site), code };
}

function truthOfDrive(library: Library): object[] {
  const living = [...library.drive.nodes.values()].filter((node) => node.deletedMs === null && node.parentKey !== null);
  return living.map((node) => ({ ...itemAnswer(library, node.key), path: pathOf(library, node) }));
}
