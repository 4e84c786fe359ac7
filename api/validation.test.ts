import { Type, type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import type { FieldFault } from './problem.ts';
import { createValidatorCompiler, type InvalidPartError } from './validation.ts';

const compile = createValidatorCompiler();

function faultsOf(schema: TSchema, value: unknown, httpPart = 'body'): FieldFault[] {
  const outcome = compile({ schema, httpPart, method: 'POST', url: '/' })(value) as { error?: InvalidPartError };
  return outcome.error?.faults ?? [];
}

const Shape = Type.Object(
  { name: Type.String({ minLength: 2, description: 'two letters at least' }), count: Type.Optional(Type.Integer()) },
  { additionalProperties: false },
);

test('every fault has its field, a reason and a remedy', () => {
  expect(faultsOf(Shape, { name: 'x', count: 1.5, 'a/b': 1 })).toEqual([
    { in: 'body', field: '/a~1b', reason: 'is not known here', remedy: 'Remove it or correct its name; known are name, count.' },
    { in: 'body', field: '/name', reason: 'must NOT have fewer than 2 characters', remedy: 'Expected: two letters at least.' },
    { in: 'body', field: '/count', reason: 'must be of type integer', remedy: 'Give a value of that type.' },
  ]);
  expect(faultsOf(Shape, {})).toEqual([{ in: 'body', field: '/name', reason: 'is missing', remedy: 'Give this field.' }]);
});

test('bodies are taken as they are, while query texts become what the schema wants', () => {
  expect(faultsOf(Shape, { name: 'ab', count: '1' })).toHaveLength(1);
  expect(faultsOf(Shape, { name: 'ab', count: '1' }, 'querystring')).toEqual([]);
  expect(faultsOf(Shape, { name: 'ab', count: 'x' }, 'querystring')[0]).toMatchObject({ in: 'query', field: '/count' });
});

test('unknown fields are refused, not removed', () => {
  const value = { name: 'ab', extra: 1 };
  expect(faultsOf(Shape, value)).toHaveLength(1);
  expect(value).toHaveProperty('extra');
});

test('values are never repeated, and endless faults are cut', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_unused, n) => [`field${n}`, 'canary']));
  const faults = faultsOf(Shape, { ...many, name: 5 });
  expect(faults).toHaveLength(50);
  expect(JSON.stringify(faults)).not.toContain('canary');
  expect(faultsOf(Shape, { name: 'ab', ['k'.repeat(5000)]: 1 })[0]?.field.length).toBeLessThan(200);
});

test.each([
  ['2026-03-01T08:00:00Z', true],
  ['2026-03-01T08:00:00.123456789+05:30', true],
  ['0000-01-01T00:00:00Z', true],
  ['2026-02-29T00:00:00Z', false],
  // Times that RFC 3339 or ajv allow, and that JavaScript cannot tell, or not as RFC 3339.
  ['1990-12-31T23:59:60Z', false],
  ['2026-03-01T08:00:00+02', false],
  ['9999-12-31T23:59:59-23:59', false],
  ['0000-01-01T00:00:00+23:59', false],
])('the time %s is taken: %s', (time, taken) => {
  expect(faultsOf(Type.Object({ at: Type.String({ format: 'date-time' }) }), { at: time })).toHaveLength(taken ? 0 : 1);
});
