/**
 * Small hand-written checks for what crosses into a workflow: inputs, signals, continued runs.
 * No library, since this file ends up in the workflow bundle.
 */

/** Thrown when a value from outside does not have the shape that it promises. */
export class InvalidInputError extends Error {
  constructor(what: string, reason: string) {
    super(`${what} is not valid: ${reason}`);
    this.name = 'InvalidInputError';
  }
}

type Fields = Record<string, unknown>;

/** The value as an object with the wanted version, or an InvalidInputError that names `what`. */
export function versioned(what: string, value: unknown, version: number): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidInputError(what, 'an object is expected');
  const fields = value as Fields;
  if (fields['v'] !== version) throw new InvalidInputError(what, `version ${version} is expected, not ${String(fields['v'])}`);
  return fields;
}

export function text(what: string, fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new InvalidInputError(what, `${name} must be a text`);
  return value;
}

export function textOrNull(what: string, fields: Fields, name: string): string | null {
  const value = fields[name];
  return value === null || value === undefined ? null : text(what, fields, name);
}

export function count(what: string, fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new InvalidInputError(what, `${name} must be a whole number from 0`);
  return value;
}

export function flag(what: string, fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw new InvalidInputError(what, `${name} must be true or false`);
  return value;
}

export function texts(what: string, fields: Fields, name: string): string[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string'))
    throw new InvalidInputError(what, `${name} must be a list of texts`);
  return value as string[];
}

export function oneOf<T extends string>(what: string, fields: Fields, { name, allowed }: { name: string; allowed: readonly T[] }): T {
  const value = fields[name];
  if (typeof value !== 'string' || !(allowed as readonly string[]).includes(value)) {
    throw new InvalidInputError(what, `${name} must be one of ${allowed.join(', ')}`);
  }
  return value as T;
}
