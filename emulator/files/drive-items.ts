import type { DriveNode } from '../data/drive-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import type { Downloads } from './downloads.ts';
import { findItem, findLibrary } from './find-items.ts';
import { expansions, option, tokenPage } from './item-list.ts';
import { listItemOf } from './list-rows.ts';
import { permissionsOf, versionsOf } from './permissions.ts';
import { driveIdOf, itemIdOf } from './places.ts';
import { FILE_PROBLEMS, FILE_READERS } from './problems.ts';
import { ITEM_TYPE, renderItem, specialFolder, specialFolders, type Library } from './render-item.ts';
import { renderThumbnails, thumbnailSize } from './thumbnails.ts';

const ITEM = '/drives/{drive-id}/items/{driveItem-id}';

export interface FoundItem {
  readonly library: Library;
  readonly node: DriveNode;
}

type Handle = (context: GraphContext, found: FoundItem) => Answer;

export function itemRoutes(downloads: Downloads): readonly GraphRoute[] {
  const on = (template: string, kind: string, handle: Handle) =>
    serviceRoute(template, { kind, roles: FILE_READERS, handle: (context) => handle(context, foundItem(context)) });
  const inDrive = (template: string, kind: string, handle: Handle) =>
    serviceRoute(template, { kind, roles: FILE_READERS, handle: (context) => handle(context, rootItem(context)) });
  const redirect = (location: string): Answer => ({ status: 302, headers: { Location: location } });
  const list = (context: GraphContext, of: FoundItem & { readonly nodes: readonly DriveNode[]; readonly of: string }) =>
    answerItems(context, { ...of, downloads });
  return [
    on(ITEM, 'items.get', (context, found) => json(answerItem(context, { ...found, downloads }))),
    inDrive('/drives/{drive-id}/special', 'items.special', (context, found) =>
      list(context, { ...found, nodes: specialFolders(found.library.drive), of: 'special' }),
    ),
    inDrive('/drives/{drive-id}/special/{driveItem-id}', 'items.get', (context, found) => {
      const node = specialFolder(found.library.drive, context.params['driveItem-id']!);
      if (!node) throw FILE_PROBLEMS.itemNotFound();
      return json(answerItem(context, { ...found, node, downloads }));
    }),
    on(`${ITEM}/children`, 'items.children', (context, found) =>
      list(context, { ...found, nodes: ordered(context, found.library.drive.children(found.node.key)), of: 'children' }),
    ),
    on(`${ITEM}/content`, 'items.content', (context, found) => redirect(downloadOf(context, found, downloads))),
    on(`${ITEM}/thumbnails`, 'items.thumbnails', (context, { library, node }) =>
      json({
        '@odata.context': contextUrl(
          context.request,
          `drives('${driveIdOf(library.site)}')/items('${itemIdOf(library.drive, node)}')/thumbnails`,
        ),
        value: renderThumbnails({ library, node, downloads, request: context.request }),
      }),
    ),
    on(`${ITEM}/thumbnails/{thumbnailSet-id}/{size}/content`, 'items.thumbnail', (context, { library, node }) => {
      const size = thumbnailSize(context.params['size']!);
      if (!node.file || !size || context.params['thumbnailSet-id'] !== '0') throw FILE_PROBLEMS.itemNotFound();
      return redirect(downloads.urlOf(context.request.origin, { drive: driveIdOf(library.site), item: node.key, thumbnail: size }));
    }),
    ...historyRoutes(on, { redirect, downloads }),
    on(`${ITEM}/listItem`, 'items.listItem', (context, { library, node }) =>
      json({
        '@odata.context': contextUrl(context.request, 'listItems/$entity'),
        ...listItemOf({ library, node, fields: expansions(context.request).get('fields') }),
      }),
    ),
  ];
}

function historyRoutes(
  on: (template: string, kind: string, handle: Handle) => GraphRoute,
  { redirect, downloads }: { redirect(location: string): Answer; downloads: Downloads },
): GraphRoute[] {
  const below = ({ library, node }: FoundItem, name: string) =>
    `drives('${driveIdOf(library.site)}')/items('${itemIdOf(library.drive, node)}')/${name}`;
  const one = (list: readonly Record<string, unknown>[], id: string) => {
    const found = list.find((entry) => entry['id'] === id);
    if (!found) throw FILE_PROBLEMS.itemNotFound();
    return found;
  };
  return [
    on(`${ITEM}/permissions`, 'items.permissions', (context, found) =>
      json({
        '@odata.context': contextUrl(context.request, below(found, 'permissions')),
        ...tokenPage(context.request, permissionsOf(context.world, found.library, found.node), (entry) => entry),
      }),
    ),
    on(`${ITEM}/permissions/{permission-id}`, 'items.permission', (context, found) =>
      json({
        '@odata.context': contextUrl(context.request, `${below(found, 'permissions')}/$entity`),
        ...one(permissionsOf(context.world, found.library, found.node), context.params['permission-id']!),
      }),
    ),
    on(`${ITEM}/versions`, 'items.versions', (context, found) =>
      json({
        '@odata.context': contextUrl(context.request, below(found, 'versions')),
        ...tokenPage(context.request, versionsOf(found.node), (entry) => entry),
      }),
    ),
    on(`${ITEM}/versions/{driveItemVersion-id}`, 'items.version', (context, found) =>
      json({
        '@odata.context': contextUrl(context.request, `${below(found, 'versions')}/$entity`),
        ...one(versionsOf(found.node), context.params['driveItemVersion-id']!),
      }),
    ),
    on(`${ITEM}/versions/{driveItemVersion-id}/content`, 'items.versionContent', (context, { library, node }) => {
      const id = context.params['driveItemVersion-id']!;
      one(versionsOf(node), id);
      return redirect(downloads.urlOf(context.request.origin, { drive: driveIdOf(library.site), item: node.key, version: Number(id) }));
    }),
  ];
}

function foundItem(context: GraphContext): FoundItem {
  const { world, params } = context;
  const wanted = params['drive-id']!;
  const library = findLibrary(world, wanted);
  return { library, node: findItem(library, { wanted: params['driveItem-id']!, world, drive: wanted }) };
}

function rootItem({ world, params }: GraphContext): FoundItem {
  const library = findLibrary(world, params['drive-id']!);
  return { library, node: library.drive.root };
}

function downloadOf({ request }: GraphContext, { library, node }: FoundItem, downloads: Downloads): string {
  if (!node.file) throw FILE_PROBLEMS.notAFile();
  const format = option(request, 'format')?.toLowerCase();
  if (format !== undefined && format !== 'pdf') throw FILE_PROBLEMS.badFormat(format);
  const asked = format === undefined ? {} : { format: 'pdf' as const };
  return downloads.urlOf(request.origin, { drive: driveIdOf(library.site), item: node.key, ...asked });
}

/** An item with what `$expand` asks for, narrowed by `$select`. */
export function itemEntity(context: GraphContext, of: FoundItem & { readonly downloads: Downloads }): Record<string, unknown> {
  const { library, node, downloads } = of;
  const { request, world } = context;
  const selected = parseSelect(option(request, 'select'), ITEM_TYPE);
  const url = (file: DriveNode) =>
    file.file ? downloads.urlOf(request.origin, { drive: driveIdOf(library.site), item: file.key }) : undefined;
  const entity = project(renderItem(library, node, url(node)), selected);
  const expanded = expansions(request);
  if (expanded.has('children') && !node.file)
    entity['children'] = library.drive.children(node.key).map((child) => renderItem(library, child, url(child)));
  if (expanded.has('permissions')) entity['permissions'] = permissionsOf(world, library, node);
  if (expanded.has('thumbnails'))
    entity['thumbnails'] = renderThumbnails({ library, node, downloads, request: { ...request, query: NO_QUERY } });
  if (expanded.has('versions')) entity['versions'] = versionsOf(node);
  if (expanded.has('listitem') && node.parentKey !== null) entity['listItem'] = listItemOf({ library, node, fields: '' });
  return entity;
}

const NO_QUERY = { entries: [], repeated: undefined, get: () => undefined, has: () => false } as const;

function answerItem(context: GraphContext, of: FoundItem & { readonly downloads: Downloads }): object {
  return {
    '@odata.context': contextUrl(context.request, `drives('${driveIdOf(of.library.site)}')/items/$entity`),
    ...itemEntity(context, of),
  };
}

function answerItems(context: GraphContext, list: FoundItem & { downloads: Downloads; nodes: readonly DriveNode[]; of: string }): Answer {
  const { library, node } = list;
  const place = `drives('${driveIdOf(library.site)}')/items('${itemIdOf(library.drive, node)}')/${list.of}`;
  return json({
    '@odata.context': contextUrl(context.request, place),
    ...tokenPage(context.request, list.nodes, (item) => itemEntity(context, { library, node: item, downloads: list.downloads })),
  });
}

const ORDERS: Readonly<Record<string, (node: DriveNode) => string | number>> = {
  name: (node) => node.name.toLowerCase(),
  lastmodifieddatetime: (node) => node.modifiedMs,
  createddatetime: (node) => node.createdMs,
  size: (node) => node.file?.bytes().length ?? 0,
};

function ordered({ request }: GraphContext, nodes: readonly DriveNode[]): readonly DriveNode[] {
  const [name = 'name', direction = 'asc'] = (option(request, 'orderby') ?? '').trim().toLowerCase().split(/\s+/).filter(Boolean);
  const keyOf = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (!keyOf) throw FILE_PROBLEMS.badOption(`Sorting by '${name}' is not supported.`);
  const sign = direction === 'desc' ? -1 : 1;
  const keyed = nodes.map((node) => ({ node, key: keyOf(node) }));
  keyed.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ node }) => node);
}
