import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import type { FieldFault } from './problem.ts';

const addFormats = formats.default;

const rfc3339 = fullFormats['date-time'] as { validate: (text: string) => boolean };
const [leastMs, mostMs] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/** What RFC 3339 allows as far as JavaScript knows it (no leap seconds, offsets with minutes), in years that it can be said in again. */
function isTime(text: string): boolean {
  const ms = Date.parse(text);
  return rfc3339.validate(text) && ms >= leastMs && ms <= mostMs;
}

function createAjv(coerceTypes: boolean): Ajv {
  // verbose: the schema of the failing field is wanted for its description; the value beside it is never read.
  const ajv = new Ajv({ allErrors: true, removeAdditional: false, useDefaults: true, coerceTypes, verbose: true, strictTypes: false });
  addFormats(ajv, ['uri']);
  ajv.addFormat('date-time', { type: 'string', validate: isTime });
  return ajv;
}

/** Thrown by validators; carries what each field suffers from, without values. */
export class InvalidPartError extends Error {
  readonly faults: FieldFault[];

  constructor(faults: FieldFault[]) {
    super('The request is not valid');
    this.name = 'InvalidPartError';
    this.faults = faults;
  }
}

const partNames: Record<string, FieldFault['in']> = { body: 'body', querystring: 'query', params: 'path', headers: 'header' };

/**
 * Validators that report every fault at once and refuse unknown fields. Bodies are taken as they are; only query and
 * path, which are texts by nature, are converted to the types that the schema wants.
 */
export function createValidatorCompiler(): FastifySchemaCompiler<TSchema> {
  const strict = createAjv(false);
  const coercing = createAjv(true);
  return ({ schema, httpPart }) => {
    const validate = (httpPart === 'body' ? strict : coercing).compile(schema);
    const part = partNames[httpPart ?? 'body'] ?? 'body';
    return (value: unknown) => {
      if (validate(value)) return { value };
      return { error: new InvalidPartError(describeFaults(part, validate.errors ?? [])) };
    };
  };
}

/** Ajv's errors as faults that a person can act on; the errors that only say "one of the alternatives failed" are left out. */
export function describeFaults(part: FieldFault['in'], errors: ErrorObject[]): FieldFault[] {
  const faults = new Map<string, FieldFault>();
  for (const error of errors) {
    if (error.keyword === 'anyOf' || error.keyword === 'if') continue;
    const fault = { in: part, ...describe(error) };
    const key = `${fault.field}|${error.keyword === 'type' ? 'type' : fault.reason}`;
    if (!faults.has(key)) faults.set(key, fault);
  }
  return [...faults.values()].slice(0, 50);
}

function describe(error: ErrorObject): Omit<FieldFault, 'in'> {
  const params = error.params as Record<string, unknown>;
  const schema = (error.parentSchema ?? {}) as { description?: string; properties?: object };
  const expected = schema.description === undefined ? '' : ` Expected: ${schema.description}.`;
  switch (error.keyword) {
    case 'required':
      return {
        field: `${error.instancePath}/${pointerPart(String(params['missingProperty']))}`,
        reason: 'is missing',
        remedy: 'Give this field.',
      };
    case 'additionalProperties':
      return {
        field: `${error.instancePath}/${pointerPart(String(params['additionalProperty']))}`,
        reason: 'is not known here',
        remedy: `Remove it or correct its name; known are ${Object.keys(schema.properties ?? {}).join(', ')}.`,
      };
    case 'enum':
      return {
        field: error.instancePath,
        reason: 'is not one of the words it may be',
        remedy: `Give one of ${(params['allowedValues'] as unknown[]).join(', ')}.`,
      };
    case 'not':
      return {
        field: error.instancePath,
        reason: 'looks like a secret, and this field is shown to others',
        remedy:
          'Secrets go into the field secret of a credential alone. Nothing was kept; make a new one if this may have been seen on its way.',
      };
    case 'type':
      return {
        field: error.instancePath,
        reason: `must be of type ${String(params['type'])}`,
        remedy: `Give a value of that type.${expected}`,
      };
    default:
      return {
        field: error.instancePath,
        reason: error.message ?? 'is not valid',
        remedy: expected === '' ? 'Correct the value.' : expected.trim(),
      };
  }
}

/** A name as part of a JSON pointer (RFC 6901); cut, since it comes from the caller. */
function pointerPart(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
