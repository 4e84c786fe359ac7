import { isoSeconds } from '../data/clock.ts';
import type { ListBase } from '../data/drive-model.ts';
import { uuidOf } from '../data/random.ts';
import { siteIdOf, webUrlOf, type Site } from '../files/places.ts';
import { listIdOf } from '../files/list-rows.ts';
import { identity } from '../files/render-item.ts';

export const SITE_TYPE = {
  name: 'microsoft.graph.site',
  properties: [
    'id', 'name', 'displayName', 'description', 'webUrl', 'createdDateTime', 'lastModifiedDateTime', 'root', 'siteCollection', 'isPersonalSite',
    'sharepointIds', 'eTag', 'parentReference', 'createdBy', 'lastModifiedBy', 'drive', 'drives', 'lists', 'sites', 'error',
  ],
} as const; // prettier-ignore

/** Sites are older than anything in them. */
const CREATED_MS = Date.UTC(2024, 2, 4, 9, 30);

export function renderSite(site: Site): Record<string, unknown> {
  const isRootWeb = site.path === '' || site.path.split('/').length === 2;
  const isTenantRoot = site.path === '';
  const date = isoSeconds(CREATED_MS + (Number.parseInt(site.webId.slice(0, 6), 16) % 40_000_000) * 1_000);
  return {
    ...{ createdDateTime: date, lastModifiedDateTime: date, description: site.base?.description ?? '', id: siteIdOf(site) },
    ...{ name: isTenantRoot ? site.title : site.path.split('/').at(-1), displayName: site.title, webUrl: webUrlOf(site) },
    ...{ isPersonalSite: site.owner.kind === 'user' },
    ...(isRootWeb ? { root: {} } : {}),
    siteCollection: { hostname: site.host, ...(isTenantRoot ? { dataLocationCode: 'NAM', root: {} } : {}) },
  };
}

export const LIST_TYPE = {
  name: 'microsoft.graph.list',
  properties: [
    'id', 'name', 'displayName', 'description', 'webUrl', 'createdDateTime', 'lastModifiedDateTime', 'createdBy', 'lastModifiedBy', 'eTag', 'list',
    'parentReference', 'sharepointIds', 'system', 'columns', 'contentTypes', 'drive', 'items',
  ],
} as const; // prettier-ignore

/** A list of the site; without `list` its document library. */
export function renderList(site: Site, list: ListBase | undefined): Record<string, unknown> {
  const { createdDateTime } = renderSite(site);
  const title = list?.title ?? 'Documents';
  const changedMs = (list?.rows ?? []).reduce((latest, row) => Math.max(latest, row.modifiedMs), CREATED_MS);
  const place = list ? `Lists/${encodeURIComponent(title)}` : site.owner.kind === 'user' ? 'Documents' : 'Shared%20Documents';
  return {
    ...{
      createdDateTime,
      lastModifiedDateTime: isoSeconds(changedMs),
      description: '',
      eTag: `"${listIdOf(site, list)},1"`,
      id: listIdOf(site, list),
    },
    ...{
      name: list ? title : decodeURIComponent(place),
      displayName: title,
      webUrl: `${webUrlOf(site)}/${place}`,
      createdBy: identity(site.owner.author),
    },
    ...{
      parentReference: { siteId: siteIdOf(site) },
      list: { contentTypesEnabled: false, hidden: false, template: list ? 'genericList' : 'documentLibrary' },
    },
  };
}

/** Columns as Graph tells them; every list has a title. */
export function renderColumns(site: Site, list: ListBase | undefined): object[] {
  const columns = list?.columns ?? [
    { name: 'Title', kind: 'text' as const },
    { name: 'FileLeafRef', kind: 'text' as const },
  ];
  return columns.map(({ name, kind }) => ({
    ...{
      id: uuidOf(`column:${site.webId}:${list?.key ?? 'library'}:${name}`),
      name,
      displayName: name,
      description: '',
      columnGroup: 'Custom Columns',
    },
    ...{ enforceUniqueValues: false, hidden: false, indexed: false, readOnly: false, required: false },
    ...(kind === 'number'
      ? { number: { decimalPlaces: 'automatic', displayAs: 'number' } }
      : { text: { allowMultipleLines: false, maxLength: 255 } }),
  }));
}
