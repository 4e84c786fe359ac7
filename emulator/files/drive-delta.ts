import type { DriveNode, DriveState } from '../data/drive-state.ts';
import { json, type Answer } from '../http/answer.ts';
import { serviceRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, project, parseSelect } from '../http/odata.ts';
import { problem } from '../http/problem.ts';
import type { Downloads } from './downloads.ts';
import { findItem, findLibrary } from './find-items.ts';
import { option, pageSizeOf, tokenLink, tokenlessPath } from './item-list.ts';
import { driveIdOf } from './places.ts';
import { FILE_PROBLEMS, FILE_READERS } from './problems.ts';
import { ITEM_TYPE, renderDeleted, renderItem, type Library } from './render-item.ts';

const ITEM = '/drives/{drive-id}/items/{driveItem-id}';

/**
 * Where a walk of changes stands: `since` is the count of changes that the last round ended with (-1 in the first),
 * `upTo` the one at which this round began, `after` the last item given.
 */
interface Place {
  readonly epoch: string;
  readonly since: number;
  readonly sinceMs?: number;
  readonly upTo?: number;
  readonly after?: readonly [number, number];
}

export function driveDeltaRoutes(downloads: Downloads): readonly GraphRoute[] {
  const route = (template: string) =>
    serviceRoute(template, { kind: 'items.delta', roles: FILE_READERS, handle: (context) => delta(context, downloads) });
  return [route(`${ITEM}/delta`), route(`${ITEM}/delta(token='{token}')`)];
}

/** The latest state of each changed item; learn.microsoft.com/graph/api/driveitem-delta. */
function delta(context: GraphContext, downloads: Downloads): Answer {
  const { request, world, params } = context;
  const drive = params['drive-id']!;
  const library = findLibrary(world, drive);
  const base = findItem(library, { wanted: params['driveItem-id']!, world, drive });
  const token = params['token'] ?? option(request, 'token') ?? option(request, 'deltatoken') ?? option(request, 'skiptoken');
  const place = placeOf(token, context, library.drive);
  const upTo = place.upTo ?? library.drive.seq;
  const { page, isMore } = pageAfter(library.drive, { place, base, size: pageSizeOf(request) });
  const selected = parseSelect(option(request, 'select'), ITEM_TYPE);
  const url = (node: DriveNode) =>
    node.file ? downloads.urlOf(request.origin, { drive: driveIdOf(library.site), item: node.key }) : undefined;
  const value = page.map((node) =>
    project(renderChange(library, node, { url: url(node), withName: place.sinceMs !== undefined }), selected),
  );
  const next: Place = isMore
    ? { ...place, upTo, after: orderOf(page.at(-1)!) }
    : // What changed while the round went on comes again in the next one.
      { epoch: place.epoch, since: upTo };
  return json({
    '@odata.context': contextUrl(request, 'Collection(driveItem)'),
    ...{ [isMore ? '@odata.nextLink' : '@odata.deltaLink']: tokenLink(request, encoded(next)) },
    value,
  });
}

function placeOf(token: string | undefined, { world, request }: GraphContext, drive: DriveState): Place {
  const epoch = `${world.epoch}-${drive.owner.kind}-${drive.owner.key}`;
  if (token === undefined || token === '') return { epoch, since: -1 };
  if (token.toLowerCase() === 'latest') return { epoch, since: drive.seq, upTo: drive.seq, after: [Number.MAX_SAFE_INTEGER, 0] };
  // A plus sign in a query is a blank, also where it stood for the offset of a timestamp that was not encoded.
  const sinceMs = /^\d{4}-\d\d-\d\dT/.test(token) ? Date.parse(token.replace(/ (\d\d:\d\d)$/, '+$1')) : Number.NaN;
  if (!Number.isNaN(sinceMs)) return { epoch, since: -1, sinceMs };
  const place = parsePlace(token);
  if (!place) throw FILE_PROBLEMS.badToken();
  if (place.epoch === epoch && place.since >= drive.expiredSeq - (drive.expiredSeq === 0 ? 1 : 0) && place.since <= drive.seq) return place;
  if (place.epoch === epoch && place.since === -1 && (place.upTo ?? 0) >= drive.expiredSeq) return place;
  const Location = `${request.serviceRoot}${tokenlessPath(request)}`;
  throw problem(410, drive.resyncCode, 'Resync required. Replace any local items with the server’s version.', { Location });
}

function parsePlace(token: string): Place | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { epoch, since, sinceMs, upTo, after } = value as Record<string, unknown>;
  const isNumber = (given: unknown): given is number => typeof given === 'number' && Number.isFinite(given);
  const isOptional = (given: unknown) => given === undefined || isNumber(given);
  const isPair = after === undefined || (Array.isArray(after) && after.length === 2 && after.every(isNumber));
  return typeof epoch === 'string' && isNumber(since) && isOptional(sinceMs) && isOptional(upTo) && isPair ? (value as Place) : undefined;
}

function orderOf(node: DriveNode): readonly [number, number] {
  return [node.seq, node.ordinal];
}

/** By the last change, then by number: an item that changes on the way moves to the end and is seen there. */
function pageAfter(drive: DriveState, of: { place: Place; base: DriveNode; size: number }): { page: DriveNode[]; isMore: boolean } {
  const { place, base, size } = of;
  const [afterSeq, afterOrdinal] = place.after ?? [-1, -1];
  const upTo = place.upTo ?? drive.seq;
  const found = [...drive.nodes.values()].filter((node) => {
    if (node.seq < afterSeq || (node.seq === afterSeq && node.ordinal <= afterOrdinal)) return false;
    if (node.seq <= place.since) return false;
    if (place.sinceMs !== undefined && node.changedMs < place.sinceMs && node.parentKey !== null) return false;
    // Who has seen nothing yet need not hear of what was gone before.
    if (node.deletedMs !== null && place.since < 0 && place.sinceMs === undefined && node.seq <= upTo) return false;
    return isBelow(drive, node, base);
  });
  found.sort((a, b) => a.seq - b.seq || a.ordinal - b.ordinal);
  return { page: found.slice(0, size), isMore: found.length > size };
}

function isBelow(drive: DriveState, node: DriveNode, base: DriveNode): boolean {
  for (let at: DriveNode | undefined = node; at; at = at.parentKey === null ? undefined : drive.nodes.get(at.parentKey))
    if (at.key === base.key) return true;
  return false;
}

/** Libraries of SharePoint leave out who changed an item, and its cTag. */
function renderChange(library: Library, node: DriveNode, of: { url: string | undefined; withName: boolean }): Record<string, unknown> {
  if (node.deletedMs !== null) return renderDeleted(library, node, of.withName);
  const { cTag: _cTag, lastModifiedBy: _by, ...rest } = renderItem(library, node, of.url);
  return rest;
}

function encoded(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}
