import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../api/openapi-document.ts';
import { createTrawlClient, type CreateSource, type TrawlClient } from '../../client/create-trawl-client.ts';
import type { OpenApiDocument } from '../../client/generate/paths-schema.ts';
import { typesOf } from '../../client/generate/types-of.ts';
import { makeBasics, startApiHost, type ApiHost } from './api-host.ts';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

let host: ApiHost;
let baseUrl: string;
let client: TrawlClient;
beforeAll(async () => {
  host = await startApiHost();
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  baseUrl = `http://127.0.0.1:${(host.app.server.address() as AddressInfo).port}`;
  client = createTrawlClient({ baseUrl, key: host.keys.admin });
});
afterAll(async () => host.close());

test('the types that stand in the tree are those of the OpenAPI document that the API serves', async () => {
  const served = (await host.call('GET', '/docs/json', { key: null })).body as OpenApiDocument;
  expect(await openApiDocument()).toEqual(served);
  const written = readFileSync(join(root, 'client', 'api-types.ts'), 'utf8');
  expect(written, 'run npm run client').toBe(await typesOf(served));
});

describe('a program with the client', () => {
  test('makes, reads and changes by the types of the API', async () => {
    const { data: dataset, response } = await client.POST('/v1/datasets', { body: { name: 'By the client' } });
    expect(response.status).toBe(201);
    expect(dataset!.warnings).toHaveLength(1);
    const { credentialId } = await makeBasics(host);
    const body: CreateSource = { datasetId: dataset!.id, credentialId, scope: { kind: 'everything' }, country: 'DE' };
    const { data: source } = await client.POST('/v1/sources', { body, params: { header: { 'idempotency-key': 'once' } } });
    expect(source!.lastTest!.outcome).toBe('passes');
    const params = { path: { id: source!.id } };
    const { data: changed } = await client.PATCH('/v1/sources/{id}', { params, body: { priority: 'high' } });
    expect(changed!.priority).toBe('high');
    const { data: listed } = await client.GET('/v1/sources', { params: { query: { priority: 'high', limit: 5 } } });
    expect(listed!.items.map(({ id }) => id)).toEqual([source!.id]);
  });

  test('gets a refusal as a problem, and does not throw', async () => {
    const { data, error } = await client.GET('/v1/sources/{id}', { params: { path: { id: 'nobody' } } });
    expect(data).toBeUndefined();
    expect(error!.type).toBe('urn:trawl:problem:not-found');
    // @ts-expect-error the types know no such scope
    const refused = await client.POST('/v1/sources', { body: { credentialId: 'x', country: 'DE', scope: { kind: 'planet' } } });
    expect(refused.error!.errors!.map(({ field }) => field)).toContain('/scope/kind');
  });

  test('asks for its key anew with each call', async () => {
    const keys = [host.keys.admin, 'trawl_wrong'];
    const changing = createTrawlClient({ baseUrl, key: async () => keys.shift()! });
    expect((await changing.GET('/v1/datasets')).response.status).toBe(200);
    expect((await changing.GET('/v1/datasets')).response.status).toBe(401);
  });
});

describe('the example', () => {
  const env = () => ({ ...process.env, API: baseUrl, KEY: host.keys.admin, no_proxy: '127.0.0.1' });

  test('compiles beside the client alone', async () => {
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node', '--allowImportingTsExtensions'];
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = await run(process.execPath, [tsc, ...flags, '--ignoreConfig', join(root, 'client', 'example.ts')], { cwd: root });
    expect(compiled.stdout).toBe('');
  });

  test('tells sources, and ends with words where the API refuses', async () => {
    const example = join(root, 'client', 'example.ts');
    const told = await run(process.execPath, [example, 'budget'], { env: env() });
    expect(told.stdout).toMatch(/^ready {2}Exchange of everybody/);
    const refused = run(process.execPath, [example], { env: { ...env(), KEY: 'trawl_wrong' } });
    await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/key/) });
  });
});
