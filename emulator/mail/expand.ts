import { PROBLEMS } from '../http/problem.ts';

/** One property of `$expand` with the options in its parentheses. */
export interface Expansion {
  /** In lower case, without a type in front. */
  readonly name: string;
  /** By name without the dollar sign, in lower case. */
  readonly options: Readonly<Record<string, string>>;
}

/** learn.microsoft.com/graph/api/attachment-get lets an item be expanded through 30 levels. */
const MAX_DEPTH = 32;
const MAX_LENGTH = 20_000;

/** Splits `$expand`, checked against the names that may be expanded. Throws Graph's 400. */
export function parseExpand(text: string | undefined, allowed: { readonly names: readonly string[]; readonly type: string }): Expansion[] {
  if (text === undefined || text.trim() === '') return [];
  if (text.length > MAX_LENGTH) throw PROBLEMS.badQuery('The $expand query option is too long.');
  return splitOutside(text, ',').map((part) => {
    const found = /^\s*([\w./]+)\s*(?:\(([\s\S]*)\))?\s*$/.exec(part);
    if (!found) throw PROBLEMS.badQuery(`Term '${part.trim()}' is not valid in a $select or $expand expression.`);
    const [, path = '', inner = ''] = found;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!allowed.names.some((known) => known.toLowerCase() === name.toLowerCase())) throw PROBLEMS.unknownProperty(name, allowed.type);
    const options = splitOutside(inner, ';')
      .filter((option) => option.trim() !== '')
      .map(
        (option) =>
          [option.slice(0, option.indexOf('=')).trim().replace(/^\$/, '').toLowerCase(), option.slice(option.indexOf('=') + 1)] as const,
      );
    return { name: name.toLowerCase(), options: Object.fromEntries(options) };
  });
}

/** Splits at a separator that stands neither in quotes nor in parentheses. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(' && ++depth > MAX_DEPTH) throw PROBLEMS.badQuery('The $expand query option is nested too deeply.');
    if (character === ')') depth--;
    if (character !== separator || depth !== 0) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  if (depth !== 0 || isQuoted) throw PROBLEMS.badQuery(`Syntax error in the expression '${text.slice(0, 200)}'.`);
  return [...parts, text.slice(start)];
}
