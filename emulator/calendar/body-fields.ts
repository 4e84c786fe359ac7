import type { JsonObject } from '../http/json-body.ts';
import { booleanLiteral, wholeNumberLiteral } from '../http/json-literals.ts';
import { problem, PROBLEMS } from '../http/problem.ts';

/** Readers of one property each of a request's body. Undefined when it is not there; they throw Graph's 400 for a wrong type. */
export function wrongType(name: string, wanted: string): Error {
  return PROBLEMS.badBody(`Cannot convert the value of property '${name}' to the type '${wanted}'.`);
}

export function invalid(message: string): Error {
  return problem(400, 'ErrorPropertyValidationFailure', message);
}

/** Exchange takes names in any case: of actions Microsoft's metadata writes `Schedules`, its pages `schedules`; SDKs send the former. */
export function valueOf(fields: JsonObject, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name];
  const wanted = name.toLowerCase();
  const found = Object.keys(fields).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? undefined : fields[found];
}

export function textField(fields: JsonObject, name: string): string | undefined {
  const value = valueOf(fields, name);
  if (value === undefined) return undefined;
  if (value === null) return '';
  if (typeof value !== 'string') throw wrongType(name, 'Edm.String');
  return value.toWellFormed().replaceAll('\u0000', '');
}

export function flagField(fields: JsonObject, name: string): boolean | undefined {
  const value = booleanLiteral(valueOf(fields, name));
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrongType(name, 'Edm.Boolean');
  return value;
}

export function numberField(fields: JsonObject, name: string, limits: { least: number; most: number }): number | undefined {
  const value = wholeNumberLiteral(valueOf(fields, name));
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'Edm.Int32');
  if (value < limits.least || value > limits.most) throw invalid(`The property '${name}' must be from ${limits.least} to ${limits.most}.`);
  return value;
}

/** The names of enumerations are taken in any case, and kept as Microsoft writes them. */
export function choiceField<T extends string>(fields: JsonObject, name: string, allowed: readonly T[]): T | undefined {
  const value = valueOf(fields, name);
  if (value === undefined || value === null) return undefined;
  const found = typeof value === 'string' ? allowed.find((choice) => choice.toLowerCase() === value.toLowerCase()) : undefined;
  if (found === undefined) throw PROBLEMS.badBody(`The value of property '${name}' is not one of ${allowed.join(', ')}.`);
  return found;
}

export function objectField(fields: JsonObject, name: string): JsonObject | undefined {
  const value = valueOf(fields, name);
  if (value === undefined || value === null) return undefined;
  return asObject(value, name);
}

export function asObject(value: unknown, name: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(name, 'an object');
  return value as JsonObject;
}

const MOST_ELEMENTS = 1_000;

export function listField(fields: JsonObject, name: string): readonly unknown[] | undefined {
  const value = valueOf(fields, name);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(name, 'a collection');
  if (value.length > MOST_ELEMENTS) throw invalid(`The collection '${name}' has more than ${MOST_ELEMENTS} elements.`);
  return value;
}

export function textsField(fields: JsonObject, name: string): string[] | undefined {
  return listField(fields, name)?.map((value) => {
    if (typeof value !== 'string') throw wrongType(name, 'a collection of Edm.String');
    return value.toWellFormed();
  });
}

/** The properties that were given, without those that were not. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
