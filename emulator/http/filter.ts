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
const MAX_DEPTH = 50;

/** Throws a SyntaxError whose message Graph's own resembles. */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text);
  const cursor = { at: 0, depth: 0 };
  const filter = parseOr(tokens, cursor);
  if (cursor.at < tokens.length) throw syntaxError(text);
  return filter;

  function parseOr(list: readonly string[], at: Cursor): Filter {
    const parts = [parseAnd(list, at)];
    while (isWord(list[at.at], 'or')) {
      at.at++;
      parts.push(parseAnd(list, at));
    }
    return parts.length === 1 ? parts[0]! : { type: 'or', parts };
  }

  function parseAnd(list: readonly string[], at: Cursor): Filter {
    const parts = [parseTerm(list, at)];
    while (isWord(list[at.at], 'and')) {
      at.at++;
      parts.push(parseTerm(list, at));
    }
    return parts.length === 1 ? parts[0]! : { type: 'and', parts };
  }

  function parseTerm(list: readonly string[], at: Cursor): Filter {
    if (++at.depth > MAX_DEPTH) throw syntaxError(text);
    const token = list[at.at];
    if (token === undefined) throw syntaxError(text);
    if (isWord(token, 'not')) {
      at.at++;
      return { type: 'not', part: parseTerm(list, at) };
    }
    if (token === '(') {
      at.at++;
      const inner = parseOr(list, at);
      expect(list, at, ')');
      return inner;
    }
    if (FUNCTIONS.includes(token.toLowerCase()) && list[at.at + 1] === '(') return parseFunction(list, at);
    return parseComparison(list, at);
  }

  function parseFunction(list: readonly string[], at: Cursor): Filter {
    const name = list[at.at]!.toLowerCase() as TextFunction;
    at.at += 2;
    const property = list[at.at++] ?? '';
    expect(list, at, ',');
    const value = valueOf(list[at.at++]);
    expect(list, at, ')');
    return { type: 'function', name, property, value: String(value) };
  }

  function parseComparison(list: readonly string[], at: Cursor): Filter {
    const property = list[at.at++]!;
    const any = /^(.+)\/any$/.exec(property);
    if (any && list[at.at] === '(') {
      at.at++;
      const variable = list[at.at++] ?? '';
      expect(list, at, ':');
      const part = parseOr(list, at);
      expect(list, at, ')');
      return { type: 'any', property: any[1]!, variable, part };
    }
    const operator = list[at.at++]?.toLowerCase();
    if (operator === 'in') {
      expect(list, at, '(');
      const values: FilterValue[] = [];
      while (list[at.at] !== undefined && list[at.at] !== ')') {
        if (list[at.at] !== ',') values.push(valueOf(list[at.at]));
        at.at++;
      }
      expect(list, at, ')');
      return { type: 'in', property, values };
    }
    if (operator === undefined || !COMPARISONS.includes(operator)) throw syntaxError(text);
    return { type: 'compare', property, operator: operator as Comparison, value: valueOf(list[at.at++]) };
  }

  function expect(list: readonly string[], at: Cursor, wanted: string): void {
    if (list[at.at++] !== wanted) throw syntaxError(text);
  }

  function valueOf(token: string | undefined): FilterValue {
    if (token === undefined) throw syntaxError(text);
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token);
    if (/^\d{4}-\d{2}-\d{2}/.test(token) || /^[0-9a-f-]{36}$/i.test(token)) return token;
    throw syntaxError(text);
  }
}

interface Cursor {
  at: number;
  depth: number;
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
  for (const name of path.split('/')) value = (value as Record<string, unknown> | null | undefined)?.[name];
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
