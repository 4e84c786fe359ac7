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

test('the document is OpenAPI 3.1, and every operation is named once, summed up and described', () => {
  expect(document.openapi).toBe('3.1.0');
  const ids = operations().flatMap(([, { operationId }]) => operationId ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [name, operation] of operations()) {
    expect(operation.summary, name).toBeTruthy();
    expect(operation.tags, name).toHaveLength(1);
    for (const [status, answer] of Object.entries(operation.responses)) {
      expect(status, name).toMatch(/^([1-5]\d\d|[1-5]XX|default)$/);
      expect(answer.description, name).toBeTruthy();
    }
  }
});

test('every path parameter is declared, and every route under /v1 wants a key and tells its problems', () => {
  for (const [name, operation] of operations()) {
    const wanted = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(
      declared.map((parameter) => parameter.name),
      name,
    ).toEqual(wanted);
    expect(
      declared.every((parameter) => parameter.required),
      name,
    ).toBe(true);
    if (!name.includes(' /v1/')) continue;
    expect(operation.security, name).toEqual([{ apiKey: [] }]);
    expect(operation.responses['4XX']?.content, name).toHaveProperty(['application/problem+json']);
  }
});

test('every schema is valid JSON Schema 2020-12, and every example fits its schema', () => {
  const ajv = createAjv();
  let examples = 0;
  for (const [name, operation] of operations()) {
    for (const parameter of operation.parameters ?? [])
      expect(ajv.validateSchema(parameter.schema), `${name} ${parameter.name}`).toBe(true);
    for (const media of mediaOf(operation)) {
      if (media.schema === undefined) continue;
      const validate = ajv.compile(media.schema);
      const given = [...('example' in media ? [media.example] : []), ...Object.values(media.examples ?? {}).map(({ value }) => value)];
      for (const example of given) {
        expect(validate(example), `${name}: ${ajv.errorsText(validate.errors)}`).toBe(true);
        examples += 1;
      }
    }
  }
  expect(examples).toBeGreaterThan(10);
});

test('every request body has an example', () => {
  for (const [name, { requestBody }] of operations()) {
    for (const media of Object.values(requestBody?.content ?? {})) expect('example' in media || 'examples' in media, name).toBe(true);
  }
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
    expect((await host.call('GET', new URL(asset, 'http://x/docs/').pathname, { key: null })).status, asset).toBe(200);
  }
});
