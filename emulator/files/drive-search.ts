import type { DriveNode } from '../data/drive-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import type { Downloads } from './downloads.ts';
import { itemEntity, type FoundItem } from './drive-items.ts';
import { findItem, findLibrary } from './find-items.ts';
import { tokenPage } from './item-list.ts';
import { sharedWith } from './permissions.ts';
import { itemIdOf } from './places.ts';
import { FILE_READERS } from './problems.ts';
import { parentReference } from './render-item.ts';

/** Below an item, or in a whole drive and what others shared with its owner: learn.microsoft.com/graph/api/driveitem-search. */
export function driveSearchRoutes(downloads: Downloads): readonly GraphRoute[] {
  const common = { kind: 'items.search', roles: FILE_READERS };
  return [
    serviceRoute("/drives/{drive-id}/items/{driveItem-id}/search(q='{q}')", {
      ...common,
      handle: (context) => search(context, { downloads, item: context.params['driveItem-id']!, withShared: false }),
    }),
    serviceRoute("/drives/{drive-id}/search(q='{q}')", {
      ...common,
      handle: (context) => search(context, { downloads, item: 'root', withShared: true }),
    }),
  ];
}

function search(context: GraphContext, of: { downloads: Downloads; item: string; withShared: boolean }): Answer {
  const { world, params, request } = context;
  const drive = params['drive-id']!;
  const library = findLibrary(world, drive);
  const wanted = params['q']!.trim().toLowerCase();
  const own = hitsBelow({ library, node: findItem(library, { wanted: of.item, world, drive }) }, wanted).map((hit) => ({
    ...hit,
    isRemote: false,
  }));
  const shared = of.withShared ? sharedWith(world, library) : [];
  const remote = shared.flatMap((folder) => [...(matches(folder.node, wanted) ? [folder] : []), ...hitsBelow(folder, wanted)]);
  const hits = [...own, ...remote.map((hit) => ({ ...hit, isRemote: true }))];
  return json({
    '@odata.context': contextUrl(request, 'Collection(driveItem)'),
    ...tokenPage(request, hits, (hit) => {
      const id = itemIdOf(hit.library.drive, hit.node);
      const entity = itemEntity(context, { library: hit.library, node: hit.node, downloads: of.downloads });
      const { name, size } = entity;
      return {
        ...entity,
        ...(hit.isRemote ? { remoteItem: { id, name, size, parentReference: parentReference(hit.library, hit.node) } } : {}),
        searchResult: { onClickTelemetryUrl: `https://${hit.library.site.host}/_layouts/15/clicked.aspx?id=${id}` },
      };
    }),
  });
}

function hitsBelow({ library, node }: FoundItem, wanted: string): FoundItem[] {
  return library.drive.children(node.key).flatMap((child) => {
    const below = hitsBelow({ library, node: child }, wanted);
    return matches(child, wanted) ? [{ library, node: child }, ...below] : below;
  });
}

/** Names, and words in texts, in any case. */
function matches(node: DriveNode, wanted: string): boolean {
  if (node.name.toLowerCase().includes(wanted)) return true;
  return (
    node.file !== null &&
    node.file.mimeType.startsWith('text/') &&
    Buffer.from(node.file.bytes()).toString('utf8').toLowerCase().includes(wanted)
  );
}
