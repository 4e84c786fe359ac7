/** A `$filter` as a tree, for the part of OData that Graph accepts: comparisons, and/or/not, three functions, any(). */
export type Filter =
  | { readonly type: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly type: 'not'; readonly part: Filter }
  | { readonly type: 'compare'; readonly property: string; readonly operator: Comparison; readonly value: FilterValue }
  | { readonly type: 'in'; readonly property: string; readonly values: readonly FilterValue[] }
  | { readonly type: 'function'; readonly name: TextFunction; readonly property: string; readonly value: string }
  | { readonly type: 'any'; readonly property: string; readonly variable: string; readonly part: Filter };

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextFunction = 'startswith' | 'endswith' | 'contains';
export type FilterValue = string | number | boolean | null;

const COMPARISONS: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const FUNCTIONS: readonly string[] = ['startswith', 'endswith', 'contains'];
/** Also bounds the nesting of parentheses. */
const MAX_TERMS = 200;

/** Throws a SyntaxError whose message Graph's own resembles. */
export function parseFilter(text: string): Filter {
  const cursor: Cursor = { text, tokens: tokenize(text), at: 0, depth: 0 };
  const filter = parseOr(cursor);
  if (cursor.at < cursor.tokens.length) throw syntaxError(text);
  return filter;
}

interface Cursor {
  readonly text: string;
  readonly tokens: readonly string[];
  at: number;
  depth: number;
}

function peek(cursor: Cursor): string | undefined {
  return cursor.tokens[cursor.at];
}

function take(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at++];
  if (token === undefined) throw syntaxError(cursor.text);
  return token;
}

function expect(cursor: Cursor, wanted: string): void {
  if (take(cursor) !== wanted) throw syntaxError(cursor.text);
}

function parseOr(cursor: Cursor): Filter {
  return parseList(cursor, { word: 'or', parse: parseAnd });
}

function parseAnd(cursor: Cursor): Filter {
  return parseList(cursor, { word: 'and', parse: parseTerm });
}

function parseList(cursor: Cursor, of: { word: 'and' | 'or'; parse(cursor: Cursor): Filter }): Filter {
  const parts = [of.parse(cursor)];
  while (isWord(peek(cursor), of.word)) {
    cursor.at++;
    parts.push(of.parse(cursor));
  }
  return parts.length === 1 ? parts[0]! : { type: of.word, parts };
}

function parseTerm(cursor: Cursor): Filter {
  if (++cursor.depth > MAX_TERMS) throw syntaxError(cursor.text);
  const token = peek(cursor);
  if (isWord(token, 'not')) {
    cursor.at++;
    return { type: 'not', part: parseTerm(cursor) };
  }
  if (token === '(') {
    cursor.at++;
    const inner = parseOr(cursor);
    expect(cursor, ')');
    return inner;
  }
  const isFunction = token !== undefined && FUNCTIONS.includes(token.toLowerCase()) && cursor.tokens[cursor.at + 1] === '(';
  return isFunction ? parseFunction(cursor) : parseComparison(cursor);
}

function parseFunction(cursor: Cursor): Filter {
  const name = take(cursor).toLowerCase() as TextFunction;
  expect(cursor, '(');
  const property = take(cursor);
  expect(cursor, ',');
  const value = String(valueOf(cursor));
  expect(cursor, ')');
  return { type: 'function', name, property, value };
}

function parseComparison(cursor: Cursor): Filter {
  const property = take(cursor);
  const list = /^(.+)\/any$/.exec(property)?.[1];
  if (list !== undefined) return parseAny(cursor, list);
  const operator = take(cursor).toLowerCase();
  if (operator === 'in') return parseIn(cursor, property);
  if (!COMPARISONS.includes(operator)) throw syntaxError(cursor.text);
  return { type: 'compare', property, operator: operator as Comparison, value: valueOf(cursor) };
}

function parseAny(cursor: Cursor, property: string): Filter {
  expect(cursor, '(');
  const variable = take(cursor);
  expect(cursor, ':');
  const part = parseOr(cursor);
  expect(cursor, ')');
  return { type: 'any', property, variable, part };
}

function parseIn(cursor: Cursor, property: string): Filter {
  expect(cursor, '(');
  const values = [valueOf(cursor)];
  while (peek(cursor) === ',') {
    cursor.at++;
    values.push(valueOf(cursor));
  }
  expect(cursor, ')');
  return { type: 'in', property, values };
}

function valueOf(cursor: Cursor): FilterValue {
  const token = take(cursor);
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token);
  if (/^\d{4}-\d{2}-\d{2}/.test(token) || /^[0-9a-f-]{36}$/i.test(token)) return token;
  throw syntaxError(cursor.text);
}

function isWord(token: string | undefined, word: string): boolean {
  return token?.toLowerCase() === word;
}

function syntaxError(text: string): SyntaxError {
  return new SyntaxError(`Invalid filter clause: Syntax error in '${text}'.`);
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = /\s*('(?:[^']|'')*'|[(),]|:(?!\d)|[^\s(),':]+(?::\d[^\s(),']*)?)/y;
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found) throw syntaxError(text.slice(at));
    tokens.push(found[1]!);
  }
  return tokens;
}

/** Does an entity pass? Text is compared without regard to case, dates as moments. */
export function passes(filter: Filter, entity: Readonly<Record<string, unknown>>): boolean {
  switch (filter.type) {
    case 'and':
      return filter.parts.every((part) => passes(part, entity));
    case 'or':
      return filter.parts.some((part) => passes(part, entity));
    case 'not':
      return !passes(filter.part, entity);
    case 'compare':
      return compare(valueAt(entity, filter.property), filter.operator, filter.value);
    case 'in':
      return filter.values.some((value) => compare(valueAt(entity, filter.property), 'eq', value));
    case 'function':
      return testText(filter.name, valueAt(entity, filter.property), filter.value);
    case 'any': {
      const list = valueAt(entity, filter.property);
      return Array.isArray(list) && list.some((item: unknown) => passes(filter.part, { ...entity, [filter.variable]: item }));
    }
  }
}

function valueAt(entity: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = entity;
  for (const name of path.split('/')) {
    value = name === '$count' && Array.isArray(value) ? value.length : (value as Record<string, unknown> | null | undefined)?.[name];
  }
  return value;
}

function testText(name: TextFunction, value: unknown, wanted: string): boolean {
  if (typeof value !== 'string') return false;
  const [text, part] = [value.toLowerCase(), wanted.toLowerCase()];
  if (name === 'startswith') return text.startsWith(part);
  return name === 'endswith' ? text.endsWith(part) : text.includes(part);
}

function compare(value: unknown, operator: Comparison, wanted: FilterValue): boolean {
  const order = orderOf(value ?? null, wanted);
  if (operator === 'eq') return order === 0;
  if (operator === 'ne') return order !== 0;
  if (order === undefined) return false;
  if (operator === 'gt') return order > 0;
  if (operator === 'ge') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

function orderOf(value: unknown, wanted: FilterValue): number | undefined {
  if (value === null || wanted === null) return value === wanted ? 0 : undefined;
  if (typeof value === 'string' && typeof wanted === 'string') {
    const [left, right] = [Date.parse(value), Date.parse(wanted)];
    const areDates = /^\d{4}-\d{2}-\d{2}/.test(wanted) && !Number.isNaN(left) && !Number.isNaN(right);
    if (areDates) return left - right;
    return value.toLowerCase() === wanted.toLowerCase() ? 0 : value.toLowerCase() < wanted.toLowerCase() ? -1 : 1;
  }
  if (typeof value !== typeof wanted) return undefined;
  return Number(value) - Number(wanted);
}

/** All properties that a filter names, in the order in which it names them. */
export function propertiesOf(filter: Filter): string[] {
  if ('parts' in filter) return filter.parts.flatMap(propertiesOf);
  return filter.type === 'not' ? propertiesOf(filter.part) : [filter.property];
}
