import type { ListBase } from '../data/drive-model.ts';
import type { DriveNode } from '../data/drive-state.ts';
import { json, plainCount, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import type { Downloads } from '../files/downloads.ts';
import { itemEntity } from '../files/drive-items.ts';
import { renderDrive } from '../files/drives.ts';
import { findSite } from '../files/find-sites.ts';
import { expansions, option, tokenPage } from '../files/item-list.ts';
import { listIdOf, listItemOf, listRowOf } from '../files/list-rows.ts';
import { driveIdOf, driveOf, siteIdOf, type Site } from '../files/places.ts';
import { FILE_PROBLEMS, SITE_READERS } from '../files/problems.ts';
import type { Library } from '../files/render-item.ts';
import { LIST_TYPE, renderColumns, renderList } from './render-site.ts';

const LIST = '/sites/{site-id}/lists/{list-id}';
const LIST_ITEM_TYPE = {
  name: 'microsoft.graph.listItem',
  properties: ['id', 'name', 'description', 'webUrl', 'createdDateTime', 'lastModifiedDateTime', 'createdBy', 'lastModifiedBy', 'eTag', 'contentType', 'parentReference', 'sharepointIds', 'fields', 'driveItem', 'versions'],
} as const; // prettier-ignore

/** A list of a site; `list` is undefined for its document library. */
interface FoundList {
  readonly site: Site;
  readonly list: ListBase | undefined;
  readonly library: Library;
}

interface Row {
  readonly id: string;
  readonly node: DriveNode | undefined;
  render(fields: string | undefined): Record<string, unknown>;
}

export function listRoutes(downloads: Downloads): readonly GraphRoute[] {
  const on = (template: string, kind: string, handle: (context: GraphContext, found: FoundList) => Answer) =>
    serviceRoute(template, { kind, roles: SITE_READERS, handle: (context) => handle(context, foundList(context)) });
  const item = (context: GraphContext, found: FoundList) => {
    const node = rowOf(context, found).node;
    if (!node) throw FILE_PROBLEMS.itemNotFound();
    return { library: found.library, node };
  };
  return [
    serviceRoute('/sites/{site-id}/lists', { kind: 'lists.list', roles: SITE_READERS, handle: listLists }),
    on(LIST, 'lists.get', (context, { site, list }) => {
      const selected = parseSelect(option(context.request, 'select'), LIST_TYPE);
      const entity = {
        ...project(renderList(site, list), selected),
        ...(expansions(context.request).has('columns') ? { columns: renderColumns(site, list) } : {}),
      };
      return json({ '@odata.context': contextUrl(context.request, `${placeOf(site)}/lists/$entity`), ...entity });
    }),
    on(`${LIST}/columns`, 'lists.columns', (context, { site, list }) =>
      json({
        '@odata.context': contextUrl(context.request, `${placeOf(site)}/lists('${listIdOf(site, list)}')/columns`),
        value: renderColumns(site, list),
      }),
    ),
    on(`${LIST}/drive`, 'drives.get', (context, found) => {
      if (found.list) throw FILE_PROBLEMS.itemNotFound();
      return json({
        '@odata.context': contextUrl(context.request, `${placeOf(found.site)}/lists('${found.site.libraryId}')/drive/$entity`),
        ...renderDrive(found.library),
      });
    }),
    on(`${LIST}/items`, 'listItems.list', listItems),
    on(`${LIST}/items/$count`, 'listItems.count', (_context, found) => plainCount(rowsOf(found).length)),
    on(`${LIST}/items/{listItem-id}`, 'listItems.get', (context, found) => {
      const fields = expansions(context.request).get('fields');
      return json({
        '@odata.context': contextUrl(context.request, `${placeOf(found.site)}/lists('${listIdOf(found.site, found.list)}')/items/$entity`),
        ...rowOf(context, found).render(fields ?? ''),
      });
    }),
    on(`${LIST}/items/{listItem-id}/fields`, 'listItems.fields', (context, found) => {
      const select = option(context.request, 'select');
      const { fields } = rowOf(context, found).render(select === undefined ? '' : `select=${select}`);
      return json({
        '@odata.context': contextUrl(
          context.request,
          `${placeOf(found.site)}/lists('${listIdOf(found.site, found.list)}')/items/fields/$entity`,
        ),
        ...(fields as object),
      });
    }),
    on(`${LIST}/items/{listItem-id}/driveItem`, 'items.get', (context, found) =>
      json({
        '@odata.context': contextUrl(context.request, 'driveItems/$entity'),
        ...itemEntity(context, { ...item(context, found), downloads }),
      }),
    ),
    on(`${LIST}/items/{listItem-id}/driveItem/content`, 'items.content', (context, found) => {
      const { node } = item(context, found);
      if (!node.file) throw FILE_PROBLEMS.notAFile();
      return {
        status: 302,
        headers: { Location: downloads.urlOf(context.request.origin, { drive: driveIdOf(found.site), item: node.key }) },
      };
    }),
    serviceRoute('/drives/{drive-id}/list', {
      ...{ kind: 'lists.get', roles: SITE_READERS },
      handle: ({ request, world, params }) => {
        const site = findSite(
          world,
          params['drive-id']!.replace(/^(?:site:)?/, (prefix) => (prefix === '' ? 'drive:' : '')),
        );
        return json({ '@odata.context': contextUrl(request, `drives('${driveIdOf(site)}')/list/$entity`), ...renderList(site, undefined) });
      },
    }),
  ];
}

function placeOf(site: Site): string {
  return `sites('${encodeURIComponent(siteIdOf(site))}')`;
}

function listLists(context: GraphContext): Answer {
  const site = findSite(context.world, context.params['site-id']!);
  const selected = parseSelect(option(context.request, 'select'), LIST_TYPE);
  return json({
    '@odata.context': contextUrl(context.request, `${placeOf(site)}/lists`),
    ...tokenPage(context.request, [undefined, ...(site.base?.lists ?? [])], (list) => project(renderList(site, list), selected)),
  });
}

/** By id or by title, in any case. */
function foundList({ world, params }: GraphContext): FoundList {
  const site = findSite(world, params['site-id']!);
  const wanted = params['list-id']!.toLowerCase();
  const library = { site, drive: driveOf(world, site) };
  if ([site.libraryId, 'documents', 'library'].includes(wanted)) return { site, library, list: undefined };
  const list = site.base?.lists.find((known) => listIdOf(site, known) === wanted || known.title.toLowerCase() === wanted);
  if (!list) throw FILE_PROBLEMS.itemNotFound();
  return { site, library, list };
}

function rowsOf({ site, list, library }: FoundList): Row[] {
  if (list)
    return list.rows.map((row, index) => ({ id: row.id, node: undefined, render: (fields) => listRowOf({ site, list, index, fields }) }));
  const nodes = [...library.drive.nodes.values()].filter((node) => node.parentKey !== null && node.deletedMs === null);
  return nodes.map((node) => ({ id: String(node.ordinal), node, render: (fields) => listItemOf({ library, node, fields }) }));
}

function rowOf({ params }: GraphContext, found: FoundList): Row {
  const row = rowsOf(found).find(({ id }) => id === params['listItem-id']);
  if (!row) throw FILE_PROBLEMS.itemNotFound();
  return row;
}

function listItems(context: GraphContext, found: FoundList): Answer {
  const fields = expansions(context.request).get('fields');
  const selected = parseSelect(option(context.request, 'select'), LIST_ITEM_TYPE);
  const kept = selected === undefined ? undefined : new Set([...selected, 'fields']);
  return json({
    '@odata.context': contextUrl(context.request, `${placeOf(found.site)}/lists('${listIdOf(found.site, found.list)}')/items`),
    ...tokenPage(context.request, rowsOf(found), (row) => project(row.render(fields), kept)),
  });
}
