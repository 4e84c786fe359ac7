import { isAccountEnabled, userTypeOf } from './directory-model.ts';
import type { User } from './model.ts';

/** Decides whether a user belongs to a dynamic group. */
export type MembershipRule = (user: User) => boolean;

type Value = string | boolean | null | readonly (string | boolean | null)[];

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  terms: number;
}

/** The service allows 3,072 characters: learn.microsoft.com/entra/identity/users/groups-dynamic-membership. */
const MAX_LENGTH = 3_072;
const MAX_TERMS = 200;
const TOKEN = /\s*("(?:[^"`]|`.|"")*"|'(?:[^']|'')*'|[()[\],]|-?[A-Za-z][\w.]*|\$true|\$false|\$null)/y;

/** A rule such as `(user.department -eq "Sales") -and (user.accountEnabled -eq true)`. Throws a SyntaxError for what is none. */
export function parseMembershipRule(text: string): MembershipRule {
  if (text.length > MAX_LENGTH) throw new SyntaxError('A membership rule has at most 3072 characters');
  const cursor: Cursor = { tokens: tokenize(text), at: 0, terms: 0 };
  const rule = parseOr(cursor);
  if (cursor.at < cursor.tokens.length) throw new SyntaxError(`The membership rule is wrong at '${cursor.tokens[cursor.at]}'`);
  return rule;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found) throw new SyntaxError(`The membership rule is wrong at '${text.slice(at, at + 20)}'`);
    tokens.push(found[1]!);
  }
  return tokens;
}

function take(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at++];
  if (token === undefined) throw new SyntaxError('The membership rule ends too early');
  return token;
}

function isNext(cursor: Cursor, ...words: readonly string[]): boolean {
  return words.includes(cursor.tokens[cursor.at]?.toLowerCase() ?? '');
}

function parseOr(cursor: Cursor): MembershipRule {
  const parts = [parseAnd(cursor)];
  while (isNext(cursor, '-or', 'or')) {
    cursor.at++;
    parts.push(parseAnd(cursor));
  }
  return parts.length === 1 ? parts[0]! : (user) => parts.some((part) => part(user));
}

function parseAnd(cursor: Cursor): MembershipRule {
  const parts = [parseTerm(cursor)];
  while (isNext(cursor, '-and', 'and')) {
    cursor.at++;
    parts.push(parseTerm(cursor));
  }
  return parts.length === 1 ? parts[0]! : (user) => parts.every((part) => part(user));
}

function parseTerm(cursor: Cursor): MembershipRule {
  if (++cursor.terms > MAX_TERMS) throw new SyntaxError('The membership rule has too many terms');
  if (isNext(cursor, '-not', 'not')) {
    cursor.at++;
    const part = parseTerm(cursor);
    return (user) => !part(user);
  }
  if (isNext(cursor, '(')) {
    cursor.at++;
    const inner = parseOr(cursor);
    if (take(cursor) !== ')') throw new SyntaxError('The membership rule lacks a closing parenthesis');
    return inner;
  }
  return parseComparison(cursor);
}

function parseComparison(cursor: Cursor): MembershipRule {
  const property = /^user\.(\w+)$/i.exec(take(cursor))?.[1];
  if (property === undefined) throw new SyntaxError('A membership rule compares properties of user');
  const operator = take(cursor).toLowerCase().replace(/^-/, '');
  const compare = OPERATORS[operator];
  if (!compare) throw new SyntaxError(`A membership rule has no operator '${operator}'`);
  const wanted = parseValue(cursor);
  return (user) => compare(propertyOf(user, property), wanted);
}

function parseValue(cursor: Cursor): Value {
  const token = take(cursor);
  if (token !== '[') return scalarOf(token);
  const values = [scalarOf(take(cursor))];
  while (isNext(cursor, ',')) {
    cursor.at++;
    values.push(scalarOf(take(cursor)));
  }
  if (take(cursor) !== ']') throw new SyntaxError('The membership rule lacks a closing bracket');
  return values;
}

function scalarOf(token: string): string | boolean | null {
  if (/^["']/.test(token)) return token.slice(1, -1).replaceAll(/`(.)/g, '$1');
  const word = token.replace('$', '').toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  throw new SyntaxError(`A membership rule has no value '${token}'`);
}

type Compare = (value: unknown, wanted: Value) => boolean;

const text = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
const equals: Compare = (value, wanted) => text(value ?? null) === text(wanted);
const startsWith: Compare = (value, wanted) => typeof value === 'string' && String(text(value)).startsWith(String(text(wanted)));
const contains: Compare = (value, wanted) => typeof value === 'string' && String(text(value)).includes(String(text(wanted)));
const isIn: Compare = (value, wanted) => Array.isArray(wanted) && wanted.some((entry: Value) => equals(value, entry));
const not =
  (compare: Compare): Compare =>
  (value, wanted) =>
    !compare(value, wanted);

const OPERATORS: Readonly<Record<string, Compare | undefined>> = {
  eq: equals,
  ne: not(equals),
  startswith: startsWith,
  notstartswith: not(startsWith),
  contains,
  notcontains: not(contains),
  in: isIn,
  notin: not(isIn),
};

function propertyOf(user: User, name: string): unknown {
  switch (name.toLowerCase()) {
    case 'objectid':
      return user.id;
    case 'userprincipalname':
      return user.upn;
    case 'accountenabled':
      return isAccountEnabled(user);
    case 'usertype':
      return userTypeOf(user);
    case 'mailnickname':
      return user.extra?.['mailNickname'] ?? user.upn.split('@')[0];
    case 'usagelocation':
      return user.extra?.['usageLocation'] ?? user.country;
    default: {
      const held: Readonly<Record<string, unknown>> = { ...OWN(user), ...user.extra };
      const key = Object.keys(held).find((known) => known.toLowerCase() === name.toLowerCase());
      return key === undefined ? null : held[key];
    }
  }
}

const OWN = ({ mail, displayName, givenName, surname, country, department, jobTitle, officeLocation }: User) => ({
  ...{ mail, displayName, givenName, surname, country, department, jobTitle, physicalDeliveryOfficeName: officeLocation },
});
