import { isoSeconds } from '../data/clock.ts';
import type { ListBase } from '../data/drive-model.ts';
import type { DriveNode } from '../data/drive-state.ts';
import { uuidOf } from '../data/random.ts';
import { siteIdOf, uniqueIdOf, webUrlOf, type Site } from './places.ts';
import { identity, itemUrl, type Library } from './render-item.ts';

export function listIdOf(site: Site, list: ListBase | undefined): string {
  return list ? uuidOf(`list:${site.webId}:${list.key}`) : site.libraryId;
}

/** `$select` within `$expand=fields(…)`; all without it. */
function narrowed(fields: Readonly<Record<string, unknown>>, within: string): Record<string, unknown> {
  const names = /\$?select=([\w,\s]+)/i
    .exec(within)?.[1]
    ?.split(',')
    .map((name) => name.trim().toLowerCase());
  const entries = Object.entries(fields);
  return Object.fromEntries(names ? entries.filter(([name]) => names.includes(name.toLowerCase())) : entries);
}

/** A file or folder as an item of its library's list; `fields` is what stands in `$expand=fields(…)`. */
export function listItemOf(of: { library: Library; node: DriveNode; fields: string | undefined }): Record<string, unknown> {
  const { library, node, fields } = of;
  const { site, drive } = library;
  const by = { createdBy: identity(drive.owner.author), lastModifiedBy: identity(node.modifiedBy) };
  const values = {
    ...{
      id: String(node.ordinal),
      FileLeafRef: node.name,
      Title: node.name.replace(/\.[^.]*$/, ''),
      ContentType: node.file ? 'Document' : 'Folder',
    },
    ...{
      Created: isoSeconds(node.createdMs),
      Modified: isoSeconds(node.modifiedMs),
      FileSizeDisplay: node.file ? String(node.file.bytes().length) : '',
    },
  };
  const contentType = node.file ? { id: '0x0101', name: 'Document' } : { id: '0x0120', name: 'Folder' };
  return {
    ...{ eTag: `"${uniqueIdOf(drive, node)},${node.seq + 1}"`, id: String(node.ordinal), webUrl: itemUrl(library, node) },
    ...{ createdDateTime: isoSeconds(node.createdMs), lastModifiedDateTime: isoSeconds(node.modifiedMs), ...by, contentType },
    parentReference: { id: site.libraryId, siteId: siteIdOf(site) },
    ...(fields === undefined ? {} : { fields: narrowed(values, fields) }),
  };
}

/** A row of an ordinary list. */
export function listRowOf(of: { site: Site; list: ListBase; index: number; fields: string | undefined }): Record<string, unknown> {
  const { site, list, index, fields } = of;
  const row = list.rows[index]!;
  const date = isoSeconds(row.modifiedMs);
  const by = identity(site.owner.author);
  return {
    ...{ eTag: `"${uuidOf(`row:${site.webId}:${list.key}:${row.id}`)},1"`, id: row.id, createdDateTime: date, lastModifiedDateTime: date },
    ...{ webUrl: `${webUrlOf(site)}/Lists/${encodeURIComponent(list.title)}/${row.id}_.000`, createdBy: by, lastModifiedBy: by },
    ...{ contentType: { id: '0x0100', name: 'Item' }, parentReference: { id: listIdOf(site, list), siteId: siteIdOf(site) } },
    ...(fields === undefined
      ? {}
      : { fields: narrowed({ id: row.id, ...row.fields, ContentType: 'Item', Created: date, Modified: date }, fields) }),
  };
}
