import type { DriveNode, DriveState } from '../data/drive-state.ts';
import type { Author, FileContent } from '../data/drive-model.ts';
import { isoSeconds } from '../data/clock.ts';
import { quickXorHash } from './quick-xor-hash.ts';
import { driveIdOf, itemIdOf, namesOf, siteIdOf, uniqueIdOf, webUrlOf, type Site } from './places.ts';

export const ITEM_TYPE = {
  name: 'microsoft.graph.driveItem',
  properties: [
    'id', 'name', 'size', 'createdDateTime', 'lastModifiedDateTime', 'createdBy', 'lastModifiedBy', 'eTag', 'cTag', 'webUrl', 'description',
    'parentReference', 'file', 'folder', 'fileSystemInfo', 'root', 'shared', 'deleted', 'image', 'photo', 'audio', 'video', 'location', 'package',
    'remoteItem', 'searchResult', 'specialFolder', 'sharepointIds', 'malware', 'publication', 'webDavUrl', 'bundle', 'content', 'children',
    'permissions', 'thumbnails', 'versions', 'listItem', 'retentionLabel',
  ],
} as const; // prettier-ignore

/** A library, whose it is and where. */
export interface Library {
  readonly site: Site;
  readonly drive: DriveState;
}

export function identity(author: Author): object {
  return { user: { id: author.id, displayName: author.displayName } };
}

export function driveTypeOf({ site }: Library): string {
  return site.owner.kind === 'user' ? 'business' : 'documentLibrary';
}

/** Where the library's root is on the web. */
export function libraryUrl({ site }: Library): string {
  return `${webUrlOf(site)}/${site.owner.kind === 'user' ? 'Documents' : 'Shared%20Documents'}`;
}

export function itemUrl(library: Library, node: DriveNode): string {
  return [libraryUrl(library), ...namesOf(library.drive, node).map(encodeURIComponent)].join('/');
}

/** /drives/{id}/root:/a/b, the place of an item's parent. */
export function pathOf(library: Library, node: DriveNode): string {
  const names = namesOf(library.drive, node).map(encodeURIComponent);
  return [`/drives/${driveIdOf(library.site)}/root:`, ...names].join('/');
}

export function parentReference(library: Library, node: DriveNode): Record<string, unknown> {
  const { site, drive } = library;
  const place = { driveType: driveTypeOf(library), driveId: driveIdOf(site) };
  const parent = node.parentKey === null ? undefined : drive.nodes.get(node.parentKey);
  if (!parent) return place;
  const name = parent.parentKey === null ? 'root' : parent.name;
  return { ...place, id: itemIdOf(drive, parent), name, path: pathOf(library, parent), siteId: siteIdOf(site) };
}

const SPECIAL_FOLDERS: Readonly<Record<string, string>> = {
  documents: 'Documents',
  photos: 'Photos',
  approot: 'Apps',
  cameraroll: 'Camera Roll',
  music: 'Music',
};

/** The folder of a special name, if the library has one: learn.microsoft.com/graph/api/drive-get-specialfolder. */
export function specialFolder(drive: DriveState, name: string): DriveNode | undefined {
  const folder = SPECIAL_FOLDERS[name.toLowerCase()];
  return folder === undefined ? undefined : drive.children('root').find((node) => !node.file && node.name === folder);
}

export function specialFolders(drive: DriveState): DriveNode[] {
  return Object.keys(SPECIAL_FOLDERS).flatMap((name) => specialFolder(drive, name) ?? []);
}

/** An item as Graph gives it, without what `$expand` adds. */
export function renderItem(library: Library, node: DriveNode, downloadUrl: string | undefined): Record<string, unknown> {
  const { drive } = library;
  const isRoot = node.parentKey === null;
  const content = node.file?.bytes();
  const guid = uniqueIdOf(drive, node).toUpperCase();
  const dates = { createdDateTime: isoSeconds(node.createdMs), lastModifiedDateTime: isoSeconds(node.modifiedMs) };
  const special = node.parentKey === 'root' ? Object.keys(SPECIAL_FOLDERS).find((name) => SPECIAL_FOLDERS[name] === node.name) : undefined;
  return {
    ...(downloadUrl === undefined ? {} : { '@microsoft.graph.downloadUrl': downloadUrl }),
    ...dates,
    ...{ eTag: `"{${guid}},${node.seq + 1}"`, id: itemIdOf(drive, node), name: node.name, webUrl: itemUrl(library, node) },
    ...{
      cTag: `"c:{${guid}},${node.versions.length}"`,
      size: content?.length ?? drive.sizeOf(node),
      createdBy: identity(drive.owner.author),
    },
    ...{ lastModifiedBy: identity(node.modifiedBy), parentReference: parentReference(library, node), fileSystemInfo: dates },
    ...(content ? { file: fileFacet(node.file!, content) } : { folder: { childCount: drive.children(node.key).length } }),
    ...(special === undefined || node.file ? {} : { specialFolder: { name: special } }),
    ...(node.isShared ? { shared: { scope: 'users' } } : {}),
    ...(isRoot ? { root: {} } : {}),
  };
}

function fileFacet({ mimeType }: FileContent, content: Uint8Array): object {
  return { mimeType, hashes: { quickXorHash: quickXorHash(content) } };
}

/** Of a deleted item little is told: learn.microsoft.com/graph/api/driveitem-delta names what is left out. */
export function renderDeleted(library: Library, node: DriveNode, withName: boolean): Record<string, unknown> {
  const { driveId, driveType, id } = parentReference(library, node);
  return {
    ...{ id: itemIdOf(library.drive, node), size: 0, deleted: { state: 'deleted' } },
    ...(withName ? { name: node.name } : {}),
    parentReference: { driveType, driveId, ...(id === undefined ? {} : { id }) },
    ...(node.file ? { file: {} } : { folder: {} }),
  };
}
