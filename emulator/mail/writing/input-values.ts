import type { Person } from '../../data/model.ts';
import type { JsonObject } from '../../http/json-body.ts';
import { booleanLiteral, wholeNumberLiteral } from '../../http/json-literals.ts';
import { problem, PROBLEMS } from '../../http/problem.ts';

/** Readers of the values in a body. Each throws what Graph answers to a value of another type. */
export function cannotConvert(value: unknown, type: string): Error {
  const shown = typeof value === 'object' && value !== null ? 'object' : String(value).slice(0, 100);
  return PROBLEMS.badBody(`Cannot convert the literal '${shown}' to the expected type '${type}'.`);
}

export function textIn(value: unknown): string {
  if (typeof value !== 'string') throw cannotConvert(value, 'Edm.String');
  return value.toWellFormed();
}

export function textOrNullIn(value: unknown): string | null {
  return value === null ? null : textIn(value);
}

export function booleanIn(given: unknown): boolean {
  const value = booleanLiteral(given);
  if (typeof value !== 'boolean') throw cannotConvert(value, 'Edm.Boolean');
  return value;
}

export function wholeNumberIn(given: unknown): number {
  const value = wholeNumberLiteral(given);
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw cannotConvert(value, 'Edm.Int64');
  return value;
}

export function listIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value))
    throw PROBLEMS.badBody('An unexpected node was found when reading from the JSON reader. A StartArray node was expected.');
  return value as unknown[];
}

export function textsIn(value: unknown): string[] {
  return listIn(value).map(textIn);
}

export function objectIn(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw PROBLEMS.badBody('An unexpected node was found when reading from the JSON reader. A StartObject node was expected.');
  }
  return value as JsonObject;
}

/** The type that an object says it is, in lower case and without `#`; empty where it says none. */
export function typeIn(fields: JsonObject): string {
  const type = fields['@odata.type'];
  return typeof type === 'string' ? type.replace(/^#/, '').toLowerCase() : '';
}

/** Names of enumerations are taken in any case, as the pages' own examples write them. */
export function choiceIn<const T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = typeof value === 'string' ? allowed.find((name) => name.toLowerCase() === value.toLowerCase()) : undefined;
  if (found === undefined) throw PROBLEMS.badBody(`Requested value '${String(value).slice(0, 100)}' was not found.`);
  return found;
}

export function momentIn(value: unknown): number {
  const time = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN;
  // A year of more than four digits could not be written back.
  if (!(time >= Date.UTC(1601, 0, 1) && time < Date.UTC(9999, 0, 1))) throw cannotConvert(value, 'Edm.DateTimeOffset');
  return time;
}

export function bytesIn(value: unknown): Buffer {
  const text = textIn(value);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1)
    throw cannotConvert(text.slice(0, 40), 'Edm.Binary');
  return Buffer.from(text, 'base64');
}

/** What is read of each property; names in any case. */
export type PropertyReaders<T> = Readonly<Record<string, (value: unknown) => Partial<T>>>;

/** Reads an object property by property. Annotations and `ignored` names are passed over; an unknown name is Graph's 400. */
export function readProperties<T>(
  fields: JsonObject,
  type: { readonly name: string; readonly readers: PropertyReaders<T>; readonly ignored?: readonly string[] },
): Partial<T> {
  let read: Partial<T> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.includes('@')) continue;
    const reader = namedLike(type.readers, name);
    if (reader) read = { ...read, ...reader(value) };
    else if (!type.ignored?.some((known) => known.toLowerCase() === name.toLowerCase())) throw unknownProperty(name, type.name);
  }
  return read;
}

function namedLike<T>(readers: PropertyReaders<T>, name: string): ((value: unknown) => Partial<T>) | undefined {
  const known = Object.keys(readers).find((key) => key.toLowerCase() === name.toLowerCase());
  return known === undefined ? undefined : readers[known];
}

export function unknownProperty(name: string, type: string): Error {
  return PROBLEMS.badBody(
    `The property '${name.slice(0, 100)}' does not exist on type '${type}'. Make sure to only use property names that are defined by the type.`,
  );
}

/** An action's parameters, by their documented names; another name is Graph's 400. */
export function parametersOf(fields: JsonObject, action: { readonly name: string; readonly parameters: readonly string[] }): JsonObject {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.includes('@')) continue;
    const known = action.parameters.find((parameter) => parameter.toLowerCase() === name.toLowerCase());
    if (known === undefined) {
      throw PROBLEMS.badBody(
        `The parameter '${name.slice(0, 100)}' in the request payload is not a valid parameter for the operation '${action.name}'.`,
      );
    }
    found[known] = value;
  }
  return found;
}

export function invalidRecipients(detail = ''): Error {
  return problem(400, 'ErrorInvalidRecipients', `At least one recipient isn't valid.${detail}`);
}

/** {emailAddress: {name?, address}}. The name stays empty where none is given. */
export function recipientIn(value: unknown): Person {
  const { emailAddress } = readProperties<{ emailAddress: Person }>(objectIn(value), {
    name: 'microsoft.graph.recipient',
    readers: { emailAddress: (given) => ({ emailAddress: addressIn(given) }) },
  });
  if (!emailAddress) throw invalidRecipients();
  return emailAddress;
}

export function addressIn(value: unknown): Person {
  const { name, address } = readProperties<{ name: string | null; address: string | null }>(objectIn(value), {
    name: 'microsoft.graph.emailAddress',
    readers: { name: (given) => ({ name: textOrNullIn(given) }), address: (given) => ({ address: textOrNullIn(given) }) },
  });
  if (!address) throw invalidRecipients();
  return { name: (name ?? '').replaceAll(/[\r\n]+/g, ' '), address: address.replaceAll(/[\r\n]+/g, ' ') };
}

export function recipientsIn(value: unknown): Person[] {
  return value === null ? [] : listIn(value).map(recipientIn);
}
