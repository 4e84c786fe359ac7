import { problem } from '../http/problem.ts';

/** Checks of what the control interface is given. Each names the field and what it should be. */
export type Fields = Readonly<Record<string, unknown>>;

export function badInput(message: string): Error {
  return problem(400, 'BadInput', message);
}

export function objectOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badInput(`${name} must be an object`);
  return value as Fields;
}

export function refuseUnknown(fields: Fields, of: { readonly name: string; readonly known: readonly string[] }): void {
  const unknown = Object.keys(fields).find((name) => !of.known.includes(name));
  if (unknown !== undefined) throw badInput(`${of.name}/${unknown} is not known; ${of.name} takes ${of.known.join(', ')}`);
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw badInput(`${name} must be a text that is not empty`);
  return value;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badInput(`${name} must be a text`);
  return value;
}

export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'boolean') throw badInput(`${name} must be true or false`);
  return value;
}

export function optionalNumber(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw badInput(`${name} must be a number`);
  return value;
}

export function optionalTime(fields: Fields, name: string): number | undefined {
  const text = optionalText(fields, name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw badInput(`${name} must be a date such as 2026-11-01T08:00:00Z`);
  return Math.floor(time / 1_000) * 1_000;
}

export function optionalTexts(fields: Fields, name: string): string[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string'))
    throw badInput(`${name} must be a list of texts`);
  return value;
}

export function oneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T | undefined {
  const value = optionalText(fields, name);
  if (value !== undefined && !(allowed as readonly string[]).includes(value))
    throw badInput(`${name} must be one of ${allowed.join(', ')}`);
  return value as T | undefined;
}
