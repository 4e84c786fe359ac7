import type { DirectoryEvent } from '../data/directory-log.ts';
import type { DirectoryEntry, ObjectKind } from '../data/directory-model.ts';
import { json, type Answer } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { READERS } from './access.ts';
import { changedLinks, firstLinks, LINK_RELATIONS, type LinkPage } from './delta-links.ts';
import { deltaLink, readDeltaToken, type DeltaToken } from './delta-token.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { ENTITY_TYPES, parseSelection, valuesOf, type EntityType, type Selection } from './entity-types.ts';
import { idsOfFilter } from './delta-filter.ts';
import { renderEntry } from './render.ts';

const KINDS: readonly ObjectKind[] = ['user', 'group', 'orgContact', 'device', 'servicePrincipal'];
const DEFAULT_PAGE = 200;
const LARGEST_PAGE = 999;

/** /users/delta, /groups/delta …: learn.microsoft.com/graph/delta-query-overview. */
export const deltaRoutes: readonly GraphRoute[] = KINDS.map((kind) => {
  const { set } = ENTITY_TYPES[kind];
  return directoryRoute(`/${set}/delta`, {
    kind: `${set}.delta`,
    roles: READERS[kind],
    handle: (context) => answerDelta(context, ENTITY_TYPES[kind]),
  });
});

interface Round {
  readonly context: GraphContext;
  readonly type: EntityType;
  readonly token: DeltaToken;
  readonly selection: Selection | undefined;
  /** Members and owners that this chain tells of. */
  readonly links: readonly ('members' | 'owners')[];
  readonly size: number;
  /** `Prefer: return=minimal`: of a changed object what changed, and no more. */
  readonly isMinimal: boolean;
}

function answerDelta(context: GraphContext, type: EntityType): Answer {
  const { request } = context;
  const token = readDeltaToken(context, type.set) ?? newChain(context, type);
  const selection = parseSelection(token.select, [type]);
  const isMinimal = /(^|[\s,;])return\s*=\s*minimal/i.test(request.header('prefer') ?? '');
  const size = Math.min(request.prefer.maxPageSize ?? DEFAULT_PAGE, LARGEST_PAGE);
  const round: Round = { context, type, token, selection, links: linksOf(type, selection), size, isMinimal };
  const headers: Record<string, string> = isMinimal ? { 'Preference-Applied': 'return=minimal' } : {};
  if (request.query.get('$deltatoken')?.toLowerCase() === 'latest') return json(pageOf(round, { value: [], next: undefined }), headers);
  return json(pageOf(round, token.after === undefined ? walkPage(round) : changePage(round)), headers);
}

/** Query options stand in the first request only; the links carry them on. */
function newChain(context: GraphContext, type: EntityType): DeltaToken {
  const { query } = context.request;
  for (const option of ['$top', '$orderby', '$expand', '$search', '$skip', '$count']) {
    if (query.has(option)) throw DIRECTORY_PROBLEMS.badRequest(`The query option '${option}' is not supported by delta queries.`);
  }
  const select = query.get('$select');
  const refused = parseSelection(select, [type])?.names.find((name) => type.singleOnly.has(name));
  if (refused !== undefined) throw DIRECTORY_PROBLEMS.notImplemented();
  const filter = query.get('$filter');
  const { world } = context;
  return {
    ...{ set: type.set, epoch: world.epoch, issuedMs: world.clock.nowMs(), start: world.directory.log.sequence() },
    ...(select === undefined ? {} : { select }),
    ...(filter === undefined ? {} : { ids: idsOfFilter(filter, type) }),
  };
}

function linksOf(type: EntityType, selection: Selection | undefined): Round['links'] {
  if (type.kind !== 'group') return [];
  return LINK_RELATIONS.filter((relation) => (selection ? selection.relations.includes(relation) : relation === 'members'));
}

interface DeltaPage {
  readonly value: readonly object[];
  /** The token of the round's next page; undefined on its last. */
  readonly next: DeltaToken | undefined;
  /** Up to where a round of changes tells them. */
  readonly until?: number;
}

function pageOf({ context, type, token, selection }: Round, { value, next, until }: DeltaPage): object {
  // The pages of learn.microsoft.com show the selection in the context where relations are tracked (delta-query-groups), and nowhere else.
  const set = selection?.text && selection.relations.length > 0 ? `${type.set}(${selection.text})` : type.set;
  const { set: name, epoch, select, ids } = token;
  const after = until ?? token.start ?? 0;
  const kept = { ...(select === undefined ? {} : { select }), ...(ids === undefined ? {} : { ids }) };
  const fresh: DeltaToken = { set: name, epoch, issuedMs: context.world.clock.nowMs(), after, ...kept };
  return {
    '@odata.context': contextUrl(context.request, set),
    ...(next
      ? { '@odata.nextLink': deltaLink(context, '$skiptoken', next) }
      : { '@odata.deltaLink': deltaLink(context, '$deltatoken', fresh) }),
    value,
  };
}

/** A page of the first round: objects in the directory's order, large groups in several parts. */
function walkPage(round: Round): DeltaPage {
  const { context, type, token, size } = round;
  const entries: readonly DirectoryEntry[] = context.world.directory.list(type.kind);
  const value: object[] = [];
  let last = token.walked ?? 0;
  for (let index = firstFrom(entries, token); index < entries.length; index++) {
    const entry = entries[index]!;
    if (token.ids && !token.ids.includes(entry.id)) continue;
    if (value.length === size) return { value, next: afterObject(token, last) };
    const after = entry.ordinal === token.walked ? token.member : undefined;
    const part = firstLinks(context, { entry, relations: round.links, after });
    value.push({ ...renderEntry(context, entry, { selection: round.selection, isMixed: false }), ...part.properties });
    if (part.last !== undefined) return { value, next: { ...token, walked: entry.ordinal, member: part.last } };
    last = entry.ordinal;
  }
  return { value, next: undefined };
}

function afterObject(token: DeltaToken, walked: number): DeltaToken {
  const next = { ...token, walked };
  delete (next as { member?: number }).member;
  return next;
}

function firstFrom(entries: readonly DirectoryEntry[], { walked, member }: DeltaToken): number {
  if (walked === undefined) return 0;
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { ordinal } = entries[middle]!;
    if (ordinal < walked || (ordinal === walked && member === undefined)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function changePage(round: Round): DeltaPage {
  const { context, token, size } = round;
  const { log } = context.world.directory;
  const until = token.until ?? log.sequence();
  const touched = eventsByObject(round, log.between(token.after!, until));
  const from = token.given ?? 0;
  const value = touched.slice(from, from + size).map(([id, events]) => renderChange(round, { id, events }));
  const isMore = from + size < touched.length;
  return { value, next: isMore ? { ...token, until, given: from + size } : undefined, until };
}

/** The objects that changed in a way this chain tells of, in the order of their first change. */
function eventsByObject({ type, token, selection, links }: Round, events: readonly DirectoryEvent[]): [string, DirectoryEvent[]][] {
  const byObject = new Map<string, DirectoryEvent[]>();
  for (const event of events) {
    if (event.kind !== type.kind || (token.ids && !token.ids.includes(event.id))) continue;
    const isLink = event.link !== undefined;
    const isTold = isLink
      ? links.includes(event.link.relation)
      : !selection ||
        event.properties === undefined ||
        event.properties.some((name) => selection.names.includes(name) || selection.relations.includes(name));
    if (!isTold) continue;
    const known = byObject.get(event.id);
    if (known) known.push(event);
    else byObject.set(event.id, [event]);
  }
  return [...byObject];
}

function renderChange(round: Round, change: { id: string; events: readonly DirectoryEvent[] }): object {
  const { context, selection, links, isMinimal, type } = round;
  const entry = context.world.directory.get(change.id);
  if (entry?.kind !== type.kind) return { id: change.id, '@removed': { reason: isRestorable(context, change.id) ? 'changed' : 'deleted' } };
  const isNew = change.events.some((event) => event.link === undefined && event.removed === undefined && event.properties === undefined);
  const told: LinkPage['properties'] = isNew
    ? firstLinks(context, { entry, relations: links, after: undefined, isWhole: true }).properties
    : changedLinks(context, entry, change.events);
  if (!isMinimal || isNew) return { ...renderEntry(context, entry, { selection, isMixed: false }), ...told };
  const wanted = new Set(selection?.names ?? type.properties);
  const changed = [...new Set(change.events.flatMap((event) => event.properties ?? []))].filter(
    (name) => wanted.has(name) && type.properties.includes(name),
  );
  return { id: entry.id, ...valuesOf(entry, changed), ...told };
}

function isRestorable({ world }: GraphContext, id: string): boolean {
  return world.directory.deleted(world.clock.nowMs()).some((entry) => entry.id === id);
}
