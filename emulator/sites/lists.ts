import type { ListBase } from '../data/drive-model.ts';
import type { DriveNode } from '../data/drive-state.ts';
import { json, plainCount, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem } from '../http/problem.ts';
import type { Downloads } from '../files/downloads.ts';
import { itemEntity } from '../files/drive-items.ts';
import { renderDrive } from '../files/drives.ts';
import { findLibrary } from '../files/find-items.ts';
import { findSite } from '../files/find-sites.ts';
import { expansions, option, pageSizeOf, tokenLink, tokenlessPath, tokenPage } from '../files/item-list.ts';
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
  readonly ordinal: number;
  readonly node: DriveNode | undefined;
  render(fields: string | undefined): Record<string, unknown>;
}

type On = (template: string, kind: string, handle: (context: GraphContext, found: FoundList) => Answer) => GraphRoute;

const on: On = (template, kind, handle) =>
  serviceRoute(template, { kind, roles: SITE_READERS, handle: (context) => handle(context, foundList(context)) });

/** Lists of sites and what is in them; a library is one of them. */
export function listRoutes(downloads: Downloads): readonly GraphRoute[] {
  return [
    serviceRoute('/sites/{site-id}/lists', { kind: 'lists.list', roles: SITE_READERS, handle: listLists }),
    serviceRoute('/drives/{drive-id}/list', {
      ...{ kind: 'lists.get', roles: SITE_READERS },
      handle: ({ request, world, params }) => {
        const { site } = findLibrary(world, params['drive-id']!);
        return json({ '@odata.context': contextUrl(request, `drives('${driveIdOf(site)}')/list/$entity`), ...renderList(site, undefined) });
      },
    }),
    on(LIST, 'lists.get', (context, { site, list }) => {
      const selected = parseSelect(option(context.request, 'select'), LIST_TYPE);
      const columns = expansions(context.request).has('columns') ? { columns: renderColumns(site, list) } : {};
      const entity = { ...project(renderList(site, list), selected), ...columns };
      return json({ '@odata.context': contextUrl(context.request, `${placeOf(site)}/lists/$entity`), ...entity });
    }),
    on(`${LIST}/columns`, 'lists.columns', (context, found) =>
      json({ '@odata.context': contextUrl(context.request, `${listPlace(found)}/columns`), value: renderColumns(found.site, found.list) }),
    ),
    on(`${LIST}/drive`, 'drives.get', (context, found) => {
      if (found.list) throw FILE_PROBLEMS.itemNotFound();
      return json({ '@odata.context': contextUrl(context.request, `${listPlace(found)}/drive/$entity`), ...renderDrive(found.library) });
    }),
    ...listItemRoutes(downloads),
  ];
}

function listItemRoutes(downloads: Downloads): GraphRoute[] {
  const documentOf = (context: GraphContext, found: FoundList) => {
    const { node } = rowOf(context, found);
    if (!node) throw FILE_PROBLEMS.itemNotFound();
    return { library: found.library, node };
  };
  return [
    on(`${LIST}/items`, 'listItems.list', listItems),
    on(`${LIST}/items/$count`, 'listItems.count', (_context, found) => plainCount(rowsOf(found).length)),
    on(`${LIST}/items/delta`, 'listItems.delta', listItemDelta),
    on(`${LIST}/items/delta(token='{token}')`, 'listItems.delta', listItemDelta),
    on(`${LIST}/items/{listItem-id}`, 'listItems.get', (context, found) => {
      const row = rowOf(context, found).render(expansions(context.request).get('fields') ?? '');
      return json({ '@odata.context': contextUrl(context.request, `${listPlace(found)}/items/$entity`), ...row });
    }),
    on(`${LIST}/items/{listItem-id}/fields`, 'listItems.fields', (context, found) => {
      const select = option(context.request, 'select');
      const { fields } = rowOf(context, found).render(select === undefined ? '' : `select=${select}`);
      return json({ '@odata.context': contextUrl(context.request, `${listPlace(found)}/items/fields/$entity`), ...(fields as object) });
    }),
    on(`${LIST}/items/{listItem-id}/driveItem`, 'items.get', (context, found) => {
      const entity = itemEntity(context, { ...documentOf(context, found), downloads });
      return json({ '@odata.context': contextUrl(context.request, 'driveItems/$entity'), ...entity });
    }),
    on(`${LIST}/items/{listItem-id}/driveItem/content`, 'items.content', (context, found) => {
      const { node } = documentOf(context, found);
      if (!node.file) throw FILE_PROBLEMS.notAFile();
      const Location = downloads.urlOf(context.request.origin, { drive: driveIdOf(found.site), item: node.key });
      return { status: 302, headers: { Location } };
    }),
  ];
}

/** Where a delta stands; `upTo` is the library's count of changes as the round began, `after` the number of the last row given. */
interface Place {
  readonly since: number;
  readonly upTo: number;
  readonly after: number;
}

/** Rows of a library change with its files; those of an ordinary list stay as they are. */
function listItemDelta(context: GraphContext, found: FoundList): Answer {
  const { request, world } = context;
  const place = deltaPlace(context, found.library.drive.seq);
  const rows = changedRows(found, place);
  const page = rows.slice(0, pageSizeOf(request));
  const fields = expansions(request).get('fields');
  const value = page.map(({ id, node, render }) =>
    node && node.deletedMs !== null ? { id, deleted: { state: 'deleted' } } : render(fields),
  );
  const { since, upTo } = place;
  const isMore = page.length < rows.length;
  // What changed while the round went on comes again in the next one.
  const next = isMore ? [since, upTo, page.at(-1)!.ordinal] : [upTo];
  const link = tokenLink(request, Buffer.from([world.epoch, ...next].join(':')).toString('base64url'));
  return json({
    '@odata.context': contextUrl(request, `${listPlace(found)}/items`),
    ...{ [isMore ? '@odata.nextLink' : '@odata.deltaLink']: link },
    value,
  });
}

function deltaPlace({ request, world, params }: GraphContext, seq: number): Place {
  const token = params['token'] ?? option(request, 'token') ?? option(request, 'deltatoken');
  if (token === undefined) return { since: -1, upTo: seq, after: 0 };
  if (token === 'latest') return { since: seq, upTo: seq, after: 0 };
  const [epoch, ...numbers] = Buffer.from(token, 'base64url').toString('utf8').split(':');
  const [since, upTo = seq, after = 0] = numbers.map(Number);
  if (since === undefined || !numbers.every((text) => /^-?\d{1,9}$/.test(text))) throw FILE_PROBLEMS.badToken();
  if (epoch !== world.epoch || since > seq || upTo > seq)
    throw problem(410, 'resyncRequired', 'Resync required.', { Location: `${request.serviceRoot}${tokenlessPath(request)}` });
  return { since, upTo, after };
}

/** In the order of their numbers, which no change moves; who has seen nothing yet need not hear of what is gone. */
function changedRows(found: FoundList, { since, after }: Place): Row[] {
  if (found.list) return since < 0 ? rowsOf(found).filter(({ ordinal }) => ordinal > after) : [];
  const isWanted = ({ seq, ordinal, deletedMs }: DriveNode) => seq > since && ordinal > after && (deletedMs === null || since >= 0);
  return fileRows(found.library, isWanted);
}

function listPlace({ site, list }: FoundList): string {
  return `${placeOf(site)}/lists('${listIdOf(site, list)}')`;
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
  const place = params['site-id']!;
  const site = place.startsWith('drive:') ? findLibrary(world, place.slice('drive:'.length)).site : findSite(world, place);
  const wanted = params['list-id']!.toLowerCase();
  const library = { site, drive: driveOf(world, site) };
  if ([site.libraryId, 'documents', 'library'].includes(wanted)) return { site, library, list: undefined };
  const list = site.base?.lists.find((known) => listIdOf(site, known) === wanted || known.title.toLowerCase() === wanted);
  if (!list) throw FILE_PROBLEMS.itemNotFound();
  return { site, library, list };
}

function rowsOf({ site, list, library }: FoundList): Row[] {
  if (!list) return fileRows(library, ({ deletedMs }) => deletedMs === null);
  return list.rows.map(({ id }, index) => ({
    ...{ id, ordinal: index + 1, node: undefined },
    render: (fields) => listRowOf({ site, list, index, fields }),
  }));
}

function fileRows(library: Library, isWanted: (node: DriveNode) => boolean): Row[] {
  const nodes = [...library.drive.nodes.values()].filter((node) => node.parentKey !== null && isWanted(node));
  return nodes.map((node) => ({
    ...{ id: String(node.ordinal), ordinal: node.ordinal, node },
    render: (fields) => listItemOf({ library, node, fields }),
  }));
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
