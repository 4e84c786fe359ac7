import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiHost, type ApiHost } from './api-host.ts';

interface Media {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object };
}

let host: ApiHost;
let document: Document;
beforeAll(async () => {
  host = await startApiHost();
  document = (await host.call('GET', '/docs/json', { key: null })).body as Document;
});
afterAll(async () => host.close());

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as [string, Operation]),
  );
const mediaOf = (operation: Operation): Media[] => [
  ...Object.values(operation.requestBody?.content ?? {}),
  ...Object.values(operation.responses).flatMap(({ content = {} }) => Object.values(content)),
];

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  return ajv;
}

/** Names of operations that do not hold what the claim says: a test wants none. */
function violations(claim: (operation: Operation, name: string) => boolean): string[] {
  return operations()
    .filter(([name, operation]) => !claim(operation, name))
    .map(([name]) => name);
}

test('the document is OpenAPI 3.1, and every operation is named once, summed up and described', () => {
  expect(document.openapi).toBe('3.1.0');
  const ids = operations().flatMap(([, { operationId }]) => operationId ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(violations(({ summary, tags }) => summary !== undefined && tags?.length === 1)).toEqual([]);
  expect(violations(({ responses }) => Object.keys(responses).every((status) => /^([1-5]\d\d|[1-5]XX)$/.test(status)))).toEqual([]);
  expect(violations(({ responses }) => Object.values(responses).every(({ description }) => description.length > 0))).toEqual([]);
});

test('every path parameter is declared, and every route under /v1 wants a key and tells its problems', () => {
  const declared = ({ parameters = [] }: Operation) =>
    parameters.filter((parameter) => parameter.in === 'path' && parameter.required === true);
  const wanted = (name: string) => [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
  expect(
    violations((operation, name) =>
      isDeepStrictEqual(
        declared(operation).map((parameter) => parameter.name),
        wanted(name),
      ),
    ),
  ).toEqual([]);
  const ofV1 = (name: string) => name.includes(' /v1/');
  expect(violations(({ security }, name) => !ofV1(name) || isDeepStrictEqual(security, [{ apiKey: [] }, { accessToken: [] }]))).toEqual([]);
  expect(violations(({ responses }, name) => !ofV1(name) || 'application/problem+json' in (responses['4XX']?.content ?? {}))).toEqual([]);
});

const examplesOf = (media: Media): unknown[] => [
  ...('example' in media ? [media.example] : []),
  ...Object.values(media.examples ?? {}).map(({ value }) => value),
];

test('every schema is valid JSON Schema 2020-12, and every example fits its schema', () => {
  const ajv = createAjv();
  expect(violations(({ parameters = [] }) => parameters.every(({ schema }) => ajv.validateSchema(schema) === true))).toEqual([]);
  const fits = ({ schema, ...media }: Media): boolean => {
    const validate = ajv.compile(schema ?? {});
    return examplesOf(media).every((example) => validate(example));
  };
  expect(violations((operation) => mediaOf(operation).every(fits))).toEqual([]);
  const examples = operations().flatMap(([, operation]) => mediaOf(operation).flatMap(examplesOf));
  expect(examples.length).toBeGreaterThan(10);
});

/** Media without an example; what is not JSON (a mail, events, lines of an export) tells its form in words. */
const withoutExample = (content: Record<string, Media> = {}): string[] =>
  Object.entries(content)
    .filter(([type, media]) => type === 'application/json' && examplesOf(media).length === 0)
    .map(([type]) => type);

test('every request body has an example', () => {
  expect(violations(({ requestBody }) => withoutExample(requestBody?.content).length === 0)).toEqual([]);
});

test('every answer of success in JSON has an example', () => {
  const successes = ({ responses }: Operation) => Object.entries(responses).filter(([status]) => status.startsWith('2'));
  expect(violations((operation) => successes(operation).every(([, { content }]) => withoutExample(content).length === 0))).toEqual([]);
  expect(
    operations().filter(([, operation]) => successes(operation).some(([, { content }]) => content !== undefined)).length,
  ).toBeGreaterThan(40);
});

test('real answers fit the schemas that the document promises', async () => {
  const ajv = createAjv();
  const made = await host.call('POST', '/v1/datasets', { body: { name: 'Fits' } });
  const refused = await host.call('POST', '/v1/datasets', { body: {} });
  const { responses } = document.paths['/v1/datasets']!['post']!;
  expect(ajv.validate(responses['201']!.content!['application/json']!.schema!, made.body)).toBe(true);
  expect(ajv.validate(responses['4XX']!.content!['application/problem+json']!.schema!, refused.body)).toBe(true);
});

test('the page at /docs is served whole, without asking another host', async () => {
  const page = await host.call('GET', '/docs/', { key: null });
  expect(page.status).toBe(200);
  const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset ?? '');
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) {
    expect(asset).not.toMatch(/^(https?:)?\/\//);
    expect((await host.call('GET', new URL(asset, 'http://x/docs/').pathname, { key: null })).status).toBe(200);
  }
});
