import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import type { EntityType } from './entity-types.ts';

/** Decides by the values of the properties that `names` lists. */
export interface Search {
  readonly names: readonly string[];
  matches(values: Readonly<Record<string, unknown>>): boolean;
}

type Test = Search['matches'];

/** Words are looked for in these, the beginning of the whole text in others: learn.microsoft.com/graph/search-query-parameter. */
const TOKENISED: ReadonlySet<string> = new Set(['displayName', 'description']);
const SEARCHABLE: ReadonlySet<string> = new Set([
  ...[
    'displayName',
    'description',
    'mail',
    'mailNickname',
    'userPrincipalName',
    'givenName',
    'surname',
    'otherMails',
    'proxyAddresses',
    'jobTitle',
  ],
  ...['department', 'companyName', 'employeeId', 'imAddresses', 'appDisplayName', 'appId', 'uniqueName'],
]);
const MAX_TERMS = 100;

interface Cursor {
  readonly tokens: readonly string[];
  readonly names: Set<string>;
  readonly types: readonly EntityType[];
  at: number;
  terms: number;
}

/** `"displayName:wa" OR "description:prod"`; AND and OR in capitals. Throws Graph's 400 for anything else. */
export function parseSearch(text: string, types: readonly EntityType[]): Search {
  const tokens: string[] = [];
  const pattern = /\s*("(?:[^"\\]|\\.)*"|[()]|AND|OR)/y;
  while (pattern.lastIndex < text.trimEnd().length) {
    const found = pattern.exec(text);
    if (!found) throw syntaxError(text);
    tokens.push(found[1]!);
  }
  const cursor: Cursor = { tokens, names: new Set(), types, at: 0, terms: 0 };
  if (tokens.length === 0) throw syntaxError(text);
  const matches = parseOr(cursor, text);
  if (cursor.at < tokens.length) throw syntaxError(text);
  return { names: [...cursor.names], matches };
}

function syntaxError(text: string): Error {
  return DIRECTORY_PROBLEMS.badRequest(`Invalid $search clause: Syntax error in '${text}'. Clauses have the form "property:value".`);
}

function parseOr(cursor: Cursor, text: string): Test {
  const parts = [parseAnd(cursor, text)];
  while (cursor.tokens[cursor.at] === 'OR') {
    cursor.at++;
    parts.push(parseAnd(cursor, text));
  }
  return (values) => parts.some((part) => part(values));
}

function parseAnd(cursor: Cursor, text: string): Test {
  const parts = [parseTerm(cursor, text)];
  while (cursor.tokens[cursor.at] === 'AND') {
    cursor.at++;
    parts.push(parseTerm(cursor, text));
  }
  return (values) => parts.every((part) => part(values));
}

function parseTerm(cursor: Cursor, text: string): Test {
  const token = cursor.tokens[cursor.at++];
  if (token === undefined || ++cursor.terms > MAX_TERMS) throw syntaxError(text);
  if (token === '(') {
    const inner = parseOr(cursor, text);
    if (cursor.tokens[cursor.at++] !== ')') throw syntaxError(text);
    return inner;
  }
  const clause = /^"([A-Za-z]+):(.+)"$/s.exec(token);
  if (!clause) throw syntaxError(text);
  const wanted = clause[1]!.toLowerCase();
  const name = cursor.types.flatMap((type) => type.properties).find((known) => known.toLowerCase() === wanted);
  if (name === undefined) throw DIRECTORY_PROBLEMS.badUri(`Invalid $search clause: Could not find a property named '${clause[1]}'.`);
  if (!SEARCHABLE.has(name)) throw DIRECTORY_PROBLEMS.unsupported(`Searching by property '${name}' is not supported.`);
  cursor.names.add(name);
  const value = clause[2]!.replaceAll(/\\(.)/g, '$1');
  return TOKENISED.has(name) ? byWords(name, value) : byBeginning(name, value);
}

function byWords(name: string, value: string): Test {
  const wanted = wordsOf(value);
  return (values) => {
    const text = values[name];
    const held = wordsOf(typeof text === 'string' ? text : '');
    return wanted.length > 0 && wanted.every((word) => held.some((other) => other.startsWith(word)));
  };
}

function byBeginning(name: string, value: string): Test {
  const wanted = value.toLowerCase();
  return (values) => {
    const held = values[name];
    return (Array.isArray(held) ? held : [held]).some((text) => typeof text === 'string' && text.toLowerCase().startsWith(wanted));
  };
}

/** Blanks, symbols, digits and a change of case part words: HelloWorld and hello.world are both hello and world. */
function wordsOf(text: string): string[] {
  const parted = text.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replaceAll(/(\p{L})(\p{N})|(\p{N})(\p{L})/gu, '$1$3 $2$4');
  return parted
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(Boolean);
}
