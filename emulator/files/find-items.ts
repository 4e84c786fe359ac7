import { decodedText } from '../data/decoded-text.ts';
import type { DriveNode, DriveState } from '../data/drive-state.ts';
import type { World } from '../data/world.ts';
import { PROBLEMS } from '../http/problem.ts';
import { itemOfLink } from './permissions.ts';
import { driveOf, findGroup, itemIdOf, siteByDriveId, siteOfGroup, siteOfUser, webUrlOf, type Site } from './places.ts';
import { FILE_PROBLEMS } from './problems.ts';
import { libraryUrl, specialFolder, type Library } from './render-item.ts';
import { findSite, siteByUrl } from './find-sites.ts';

/** A library by drive id, or by its owner as `http/document-paths.ts` writes it: user:, group:, site:, share:. */
export function findLibrary(world: World, id: string): Library {
  const [, kind, name] = /^(user|group|site|share):(.*)$/s.exec(id) ?? [];
  if (kind === 'share') return findShared(world, name!).library;
  const site =
    kind === undefined
      ? siteByDriveId(world, id)
      : kind === 'site'
        ? findSite(world, name!)
        : siteOfOwner(world, { kind: kind as 'user' | 'group', name: name! });
  if (!site) throw FILE_PROBLEMS.itemNotFound();
  return { site, drive: driveOf(world, site) };
}

function siteOfOwner(world: World, owner: { readonly kind: 'user' | 'group'; readonly name: string }): Site {
  if (owner.kind === 'group') {
    const group = findGroup(world, owner.name);
    if (!group) throw PROBLEMS.noSuchObject(owner.name);
    return siteOfGroup(world, group);
  }
  const user = world.findUser(owner.name);
  if (!user) throw PROBLEMS.noSuchObject(owner.name);
  const site = siteOfUser(world, user);
  if (!site) throw FILE_PROBLEMS.noDrive();
  return site;
}

/** By id, `root`, special~name, or any of these with a path behind: `root:/a/b`. */
export function findItem(library: Library, of: { readonly wanted: string; readonly world: World; readonly drive: string }): DriveNode {
  const { wanted } = of;
  const colon = wanted.indexOf(':/');
  const base = baseItem(library, { ...of, name: colon < 0 ? wanted : wanted.slice(0, colon) });
  if (!base) throw FILE_PROBLEMS.itemNotFound();
  const node = colon < 0 ? base : below(library.drive, base, wanted.slice(colon + 2).split('/'));
  if (!node) throw FILE_PROBLEMS.itemNotFound();
  return node;
}

function baseItem({ drive }: Library, of: { readonly name: string; readonly world: World; readonly drive: string }): DriveNode | undefined {
  const { name } = of;
  if (name.toLowerCase() === 'root') return drive.root;
  if (name === 'share' && of.drive.startsWith('share:')) return findShared(of.world, of.drive.slice('share:'.length)).node;
  if (name.startsWith('special~')) return specialFolder(drive, name.slice('special~'.length));
  const node = drive.nodes.get(keysById(drive).get(name) ?? '');
  return node?.deletedMs === null ? node : undefined;
}

const keysOfDrives = new WeakMap<DriveState, ReadonlyMap<string, string>>();

/** Ids are hashes of keys; a drive's nodes only grow in number, so that their count tells whether all are known. */
function keysById(drive: DriveState): ReadonlyMap<string, string> {
  const known = keysOfDrives.get(drive);
  if (known?.size === drive.nodes.size) return known;
  const made = new Map([...drive.nodes.values()].map((node) => [itemIdOf(drive, node), node.key]));
  keysOfDrives.set(drive, made);
  return made;
}

/** Names are the same in any case, as in SharePoint. */
export function below(drive: DriveState, base: DriveNode, names: readonly string[]): DriveNode | undefined {
  let at: DriveNode | undefined = base;
  for (const name of names) {
    if (name === '' || !at) continue;
    at = drive.children(at.key).find((child) => child.name.toLowerCase() === name.toLowerCase());
  }
  return at;
}

/** By sharing URL (u! and its base64url) or share id (s!…): learn.microsoft.com/graph/api/shares-get. */
export function findShared(world: World, token: string): { readonly library: Library; readonly node: DriveNode } {
  const [, kind, text] = /^([us])!([A-Za-z0-9_+/=-]+)$/.exec(token) ?? [];
  if (text === undefined) throw FILE_PROBLEMS.badShare();
  const found = kind === 's' ? itemOfLink(world, text) : sharedByUrl(world, Buffer.from(text, 'base64url').toString('utf8'));
  if (!found) throw FILE_PROBLEMS.itemNotFound();
  return found;
}

function sharedByUrl(world: World, url: string): { readonly library: Library; readonly node: DriveNode } | undefined {
  if (!URL.canParse(url)) throw FILE_PROBLEMS.badShare();
  const link = /^https:\/\/[^/]+\/:\w:\/\w\/([A-Za-z0-9_-]+)/.exec(url);
  if (link) return itemOfLink(world, link[1]!);
  const site = siteByUrl(world, url);
  if (!site) return undefined;
  const library = { site, drive: driveOf(world, site) };
  const path = new URL(url).href.slice(webUrlOf(site).length);
  const libraryPath = libraryUrl(library).slice(webUrlOf(site).length);
  if (!path.startsWith(libraryPath)) return undefined;
  const node = below(library.drive, library.drive.root, path.slice(libraryPath.length).split(/[?#]/)[0]!.split('/').map(decodedText));
  return node && { library, node };
}
