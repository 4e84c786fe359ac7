import type { DriveNode } from '../data/drive-state.ts';
import type { GraphRequest } from '../http/request.ts';
import type { Downloads } from './downloads.ts';
import { option } from './item-list.ts';
import { driveIdOf } from './places.ts';
import type { Library } from './render-item.ts';

type Size = readonly [number, number];

const SIZES: Readonly<Record<string, Size>> = { small: [96, 64], medium: [176, 117], large: [800, 533] };
const MOST_PIXELS = 10_000;

/** Width and height of a named or own size, c300x400 or c300x400_crop: learn.microsoft.com/graph/api/driveitem-list-thumbnails. */
export function thumbnailSize(name: string): Size | undefined {
  if (Object.hasOwn(SIZES, name.toLowerCase())) return SIZES[name.toLowerCase()];
  const [, width, height] = /^c(\d{1,5})x(\d{1,5})(?:_crop)?$/i.exec(name) ?? [];
  const size = [Number(width), Number(height)] as const;
  return size.every((pixels) => pixels > 0 && pixels <= MOST_PIXELS) ? size : undefined;
}

/** One set for a file, none for a folder. */
export function renderThumbnails(of: { library: Library; node: DriveNode; downloads: Downloads; request: GraphRequest }): object[] {
  const { library, node, downloads, request } = of;
  if (!node.file) return [];
  const wanted =
    option(request, 'select')
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== 'id') ?? Object.keys(SIZES);
  const thumbnails = wanted.flatMap((name) => {
    const size = thumbnailSize(name);
    if (!size) return [];
    const url = downloads.urlOf(request.origin, { drive: driveIdOf(library.site), item: node.key, thumbnail: size });
    return [[name, { height: size[1], width: size[0], url }] as const];
  });
  return [{ id: '0', ...Object.fromEntries(thumbnails) }];
}
