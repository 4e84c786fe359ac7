import type { DriveNode } from '../data/drive-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import type { Downloads } from './downloads.ts';
import { itemEntity } from './drive-items.ts';
import { findLibrary } from './find-items.ts';
import { option, tokenPage } from './item-list.ts';
import { driveIdOf } from './places.ts';
import { FILE_PROBLEMS, FILE_READERS } from './problems.ts';
import type { Library } from './render-item.ts';

/** `GET /drives/{id}/items`, which stands in Microsoft's OpenAPI document and in no page of it. */
export function allItemsRoute(downloads: Downloads): GraphRoute {
  return serviceRoute('/drives/{drive-id}/items', {
    kind: 'items.list',
    roles: FILE_READERS,
    handle: (context) => allItems(context, downloads),
  });
}

/**
 * Without a filter it is refused (github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/2442); with one it gives all
 * items in pages of 200, whatever the filter says (issue 3807 there).
 */
function allItems(context: GraphContext, downloads: Downloads): Answer {
  const { world, params, request } = context;
  const library = findLibrary(world, params['drive-id']!);
  if (option(request, 'filter') === undefined) throw FILE_PROBLEMS.badOption("The 'filter' query option must be provided.");
  const nodes = below(library, library.drive.root);
  return json({
    '@odata.context': contextUrl(request, `drives('${driveIdOf(library.site)}')/items`),
    ...tokenPage(request, nodes, (node) => itemEntity(context, { library, node, downloads })),
  });
}

function below(library: Library, node: DriveNode): readonly DriveNode[] {
  return library.drive.children(node.key).flatMap((child) => [child, ...below(library, child)]);
}
