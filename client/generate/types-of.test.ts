import { expect, test } from 'vitest';
import type { JsonSchema, OpenApiDocument, Operation } from './paths-schema.ts';
import { typesOf } from './types-of.ts';

const json = (schema: JsonSchema) => ({ content: { 'application/json': { schema } } });
const counts = { type: 'object', patternProperties: { '^.*$': { type: 'integer' } } };
const document = (...operations: Operation[]): OpenApiDocument => ({
  paths: Object.fromEntries(operations.map((operation, place) => [`/things/${place}`, { post: operation }])),
});

test('a status is a number, an answer without a body has none, and a record takes any name', async () => {
  const types = await typesOf(document({ responses: { 200: json(counts), 204: {} } }));
  expect(types).toMatch(/200: \{\s+content: \{\s+'application\/json': \{\s+\[k: string\]: number;/);
  expect(types).toMatch(/204: \{\s+content\?: never;/);
});

test('what has a title is one type, wherever it is used', async () => {
  const thing = { title: 'Thing', type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
  const list = { type: 'array', items: thing };
  const types = await typesOf(document({ requestBody: json(thing), responses: { 200: json(list) } }));
  expect(types.match(/interface Thing /g)).toHaveLength(1);
  expect(types).toMatch(/requestBody\?: \{\s+content: \{\s+'application\/json': Thing;/);
  expect(types).toContain("'application/json': Thing[];");
});

test('two different schemas of one title are refused', async () => {
  const operations = ['string', 'integer'].map((type) => ({ responses: { 200: json({ title: 'Thing', type }) } }));
  await expect(typesOf(document(...operations))).rejects.toThrow('Two schemas have the title Thing');
});
