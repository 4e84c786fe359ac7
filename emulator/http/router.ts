import { functionSegments, rawSegments, straightDocumentPath } from './document-paths.ts';
import { problem, PROBLEMS } from './problem.ts';

export interface Route<Handler> {
  readonly method: string;
  /** As in Microsoft's OpenAPI document: /users/{user-id}/mailFolders/{mailFolder-id}/messages. */
  readonly template: string;
  readonly handler: Handler;
}

interface Node<Handler> {
  readonly fixed: Map<string, Node<Handler>>;
  parameter: { readonly name: string; readonly node: Node<Handler> } | undefined;
  readonly routes: Map<string, Route<Handler>>;
}

export interface Match<Handler> {
  readonly route: Route<Handler>;
  readonly params: Readonly<Record<string, string>>;
}

export interface Router<Handler> {
  /** Throws Graph's 400 for an unknown segment and 405 for another method. */
  match(method: string, path: string): Match<Handler>;
}

/** Path keywords are matched without regard to case; ids keep theirs. */
export function createRouter<Handler>(routes: readonly Route<Handler>[]): Router<Handler> {
  const root = emptyNode<Handler>();
  for (const route of routes) {
    let node = root;
    for (const segment of route.template
      .split('/')
      .slice(1)
      .flatMap((part) => functionSegments(part) ?? part))
      node = step(node, segment);
    node.routes.set(route.method, route);
  }
  return {
    match: (method, path) => {
      let node = root;
      const params: Record<string, string> = {};
      for (const segment of pathSegments(path)) {
        // Actions may be written with their namespace: microsoft.graph.copy.
        const word = segment.toLowerCase();
        const next: Node<Handler> | undefined = node.fixed.get(word) ?? node.fixed.get(word.replace(/^microsoft\.graph\./, ''));
        if (!next && node.parameter) params[node.parameter.name] = segment;
        const found = next ?? node.parameter?.node;
        if (!found) throw PROBLEMS.noSegment(segment);
        node = found;
      }
      const route = node.routes.get(method);
      if (route) return { route, params };
      if (node.routes.size === 0) throw PROBLEMS.noSegment(path.split('/').at(-1) ?? '');
      throw problem(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.', {
        Allow: [...node.routes.keys()].join(', '),
      });
    },
  };
}

function emptyNode<Handler>(): Node<Handler> {
  return { fixed: new Map(), parameter: undefined, routes: new Map() };
}

function step<Handler>(node: Node<Handler>, segment: string): Node<Handler> {
  if (segment.startsWith('{')) {
    node.parameter ??= { name: segment.slice(1, -1), node: emptyNode() };
    return node.parameter.node;
  }
  const key = segment.toLowerCase();
  const known = node.fixed.get(key) ?? emptyNode<Handler>();
  node.fixed.set(key, known);
  return known;
}

/**
 * Splits a path and takes out its variety: keys in parentheses (`users('x')`), functions with or without namespace and
 * parentheses (`delta`, `delta()`, `microsoft.graph.delta()`), and the long ways round to a folder or a calendar.
 */
export function pathSegments(path: string): string[] {
  const segments: string[] = [];
  for (const raw of rawSegments(path)) {
    const segment = decodeSegment(raw);
    const keyed = /^([A-Za-z]+)\('(.*)'\)$/.exec(segment);
    const called = keyed ? undefined : functionSegments(segment);
    if (called) segments.push(...called);
    else if (keyed) segments.push(keyed[1]!, keyed[2]!.replaceAll("''", "'"));
    else if (/^(microsoft\.graph\.)?delta(\(\))?$/i.test(segment)) segments.push('delta');
    else if (/^supported\w+\(\)$/i.test(segment)) segments.push(segment.slice(0, -2));
    else if (/^reminderView\(.*\)$/i.test(segment)) segments.push('reminderView', segment.slice('reminderView('.length, -1));
    else segments.push(shortName(segment));
  }
  return straight(straightDocumentPath(segments));
}

/** Casts and functions of the directory may be written with their namespace, casts also as in the OpenAPI document: graph.user. */
function shortName(segment: string): string {
  const cast = /^(?:microsoft\.)?graph\.(user|group|orgContact|device|servicePrincipal)$/i.exec(segment)?.[1];
  if (cast !== undefined) return `graph.${cast}`;
  const name = /^(?:microsoft\.graph\.)?(getByIds|(?:get|check)Member(?:Groups|Objects))(?:\(\))?$/i.exec(segment)?.[1];
  return name ?? segment;
}

function decodeSegment(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw problem(400, 'BadRequest', 'The request URI is not valid: it holds a percent sign that starts no character.');
  }
}

/** mailFolders/a/childFolders/b/x is mailFolders/b/x; calendarGroups/g/calendars/c/x is calendars/c/x. */
function straight(segments: readonly string[]): string[] {
  const plain = [...segments];
  const is = (index: number, keyword: string) => plain[index]?.toLowerCase() === keyword;
  if (!is(0, 'users')) return plain;
  while (is(2, 'mailfolders') && is(4, 'childfolders') && plain.length > 5 && !is(5, '$count') && !is(5, 'delta')) plain.splice(3, 2);
  if (is(2, 'calendargroups') && is(4, 'calendars') && plain.length > 5 && !is(5, '$count')) plain.splice(2, 2);
  if (is(2, 'calendar')) plain.splice(2, 1, 'calendars', 'default');
  return plain;
}
